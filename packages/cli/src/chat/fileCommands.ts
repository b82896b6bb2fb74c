/** What `/file`, `/save`, `/files`, `/pause`, `/resume` and `/cancel` do. What takes long goes on while the next line is typed. */
import type { TransferId } from "@sotto/protocol";
import type { FileState, FileView } from "sotto";
import type { Offer } from "../files/offers.ts";
import { latestOffers } from "../files/offers.ts";
import { typedPath } from "../files/places.ts";
import { saveOffers } from "../files/saveOffers.ts";
import { sendFiles } from "../files/sendFiles.ts";
import { filesSettled } from "../files/settled.ts";
import { CommandError } from "../problems.ts";
import { sanitizeLine } from "../sanitize.ts";
import type { Shell } from "../shell.ts";
import { shownFileName, sizeText, stateWords } from "../show/fileWords.ts";
import type { Chat } from "./state.ts";
import { mustBeOpen, reporting } from "./state.ts";

/** Files that `/files` shows, and among which a command without a number looks. */
const SHOWN = 20;

/** Commands that change what a file does, and the files that each can be said of. */
const ACTS = {
  pause: ["moving", "waiting"],
  resume: ["paused"],
  cancel: ["preparing", "moving", "waiting", "paused"],
} as const satisfies Record<string, readonly FileState[]>;

export interface ChatFiles {
  send(path: string): void;
  /** `N PATH`, each of which may be missing. */
  save(rest: string): Promise<void>;
  list(): Promise<void>;
  act(what: keyof typeof ACTS, rest: string): Promise<void>;
  /** Resolves when nothing that was begun here is under way. */
  readonly idle: () => Promise<void>;
  readonly busy: boolean;
}

export function createChatFiles(
  chat: Chat,
  places: Pick<Shell, "cwd" | "env">,
  ended: AbortSignal,
): ChatFiles {
  const { sotto, screen, numbers } = chat;
  const jobs = new Set<Promise<void>>();
  const dim = (line: string): void => screen.print(screen.style.dim(line));

  return {
    send(typed) {
      const { id } = mustBeOpen(chat);
      const path = typedPath(typed, places);
      begin(async () => {
        const { ids, leftOut } = await sendFiles(sotto, id, path);
        if (leftOut.length > 0)
          dim(`Left out, because they are symbolic links: ${sanitizeLine(leftOut.join(", "))}`);
        // Without a terminal the end of the input is the end of the chat: not before they have left.
        if (screen.columns !== undefined) return;
        const messages = await Promise.all(ids.map((message) => sotto.messages.findOwn(id, message)));
        const transfers = messages.flatMap((message) => message?.files.map(({ transfer }) => transfer) ?? []);
        await filesSettled(sotto, transfers, ended);
      });
    },
    async save(rest) {
      const [, number, typed = ""] = /^(\d+(?=\s|$))?\s*(.*)$/s.exec(rest.trim()) ?? [];
      const offers = number === undefined ? await lastOffered() : [mustOffer(Number(number))];
      const path = typedPath(typed === "" ? "." : typed, places);
      begin(async () => {
        await saveOffers(sotto, offers, path, {
          signal: ended,
          onSaved: (saved) => screen.print(`Saved ${sizeText(saved.bytes)} to ${sanitizeLine(saved.path)}`),
        });
      });
    },
    async list() {
      const { id, name } = mustBeOpen(chat);
      const offers = await latestOffers(sotto, id, SHOWN);
      for (const { message } of offers) numbers.note(message);
      const preparing = [...chat.moving.values()].filter(({ message }) => message === null);
      const views = await viewsOf(offers);
      const lines = [
        ...offers.map(({ file, message }) =>
          line(
            file.transfer,
            file.path,
            file.sizeBytes,
            message.mine ? "to" : "from",
            name,
            views.get(file.transfer),
          ),
        ),
        ...preparing.map((view) => line(view.transfer, [view.name], view.total, "to", name, view)),
      ];
      screen.print(
        lines.length === 0
          ? screen.style.dim("There are no files yet. /file PATH sends one.")
          : lines.join("\n"),
      );
    },
    async act(what, rest) {
      const transfer = rest.trim() === "" ? await only(what) : mustTransfer(Number(rest));
      await sotto.files[what](transfer);
    },
    async idle() {
      while (jobs.size > 0) await Promise.all(jobs);
    },
    get busy() {
      return jobs.size > 0;
    },
  };

  function begin(work: () => Promise<void>): void {
    const job = reporting(chat, work()).finally(() => jobs.delete(job));
    jobs.add(job);
  }

  function line(
    transfer: TransferId,
    path: readonly string[],
    sizeBytes: number,
    way: "to" | "from",
    peer: string,
    view: FileView | undefined,
  ): string {
    const state = view === undefined ? "removed" : stateWords(view);
    const what = `[${numbers.numberOf(transfer)}] ${shownFileName(path)}  ${sizeText(sizeBytes)}`;
    return `${what}  ${screen.style.dim(`${way} ${sanitizeLine(peer)}, ${state}`)}`;
  }

  async function viewsOf(offers: readonly Offer[]): Promise<ReadonlyMap<TransferId, FileView>> {
    const views = await sotto.files.views(offers.map(({ file }) => file.transfer));
    return new Map(views.map((view) => [view.transfer, view]));
  }

  /** The files of the latest message of the other's that has any. */
  async function lastOffered(): Promise<readonly Offer[]> {
    const offers = await latestOffers(sotto, mustBeOpen(chat).id, SHOWN);
    const last = offers.findLast(({ message }) => !message.mine);
    if (last === undefined)
      throw new CommandError("unknownFile", "Nobody has sent a file here lately. /files lists them.");
    return offers.filter(({ message }) => message.id === last.message.id && !message.mine);
  }

  function mustOffer(number: number): Offer {
    const offer = numbers.offerOf(mustTransfer(number));
    if (offer !== undefined) return offer;
    throw new CommandError("unknownFile", `File ${number} is not sent yet.`);
  }

  function mustTransfer(number: number): TransferId {
    const transfer = numbers.transferOf(number);
    if (transfer !== undefined) return transfer;
    throw new CommandError("unknownFile", "There is no file of this number. /files lists them.");
  }

  async function only(what: keyof typeof ACTS): Promise<TransferId> {
    const offers = await latestOffers(sotto, mustBeOpen(chat).id, SHOWN);
    const preparing = [...chat.moving.values()].filter(({ message }) => message === null);
    const views = [...(await viewsOf(offers)).values(), ...preparing];
    const states: readonly FileState[] = ACTS[what];
    const fitting = views.filter(({ state }) => states.includes(state));
    const [one] = fitting;
    if (one !== undefined && fitting.length === 1) return one.transfer;
    throw new CommandError(
      "unknownFile",
      one === undefined
        ? `There is no file to ${what}. /files lists them.`
        : `Say which file to ${what}: /files lists them with their numbers.`,
    );
  }
}
