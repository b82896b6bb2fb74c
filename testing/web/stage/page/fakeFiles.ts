/** Files of a scripted device: how far each is says the world; nothing moves but by the stage. */
import type { ClientEvent, FileView, Sotto, StoredMessage } from "sotto";
import { MESSAGES, SottoError } from "sotto/browser";
import { drawnPicture } from "./paintings.ts";
import type { Person } from "./world.ts";

type TransferId = FileView["transfer"];

export interface FakeFiles {
  readonly files: Sotto["files"];
  /** A file, known by its name, is further than it was. */
  readonly moveFile: (name: string, change: Partial<FileView>) => void;
}

export interface FakeFilesOptions {
  readonly people: () => readonly Person[];
  readonly emit: (event: ClientEvent) => void;
  readonly call: (name: string) => Promise<void>;
  /** Stores a message that offers the files. */
  readonly say: Sotto["files"]["send"];
}

/** A file that is being prepared until its scene is over. */
const ENDLESS = "endless.iso";

export function createFakeFiles({ people, emit, call, say }: FakeFilesOptions): FakeFiles {
  const changed = new Map<TransferId, FileView>();

  function messages(): readonly StoredMessage[] {
    return people().flatMap((one) => one.messages);
  }

  function fileOf(transfer: TransferId): StoredMessage["files"][number] | undefined {
    return messages()
      .flatMap(({ files }) => files)
      .find((file) => file.transfer === transfer);
  }

  function viewOf(transfer: TransferId): FileView | undefined {
    const known = changed.get(transfer);
    if (known !== undefined) return known;
    const message = messages().find(({ files }) => files.some((file) => file.transfer === transfer));
    const file = fileOf(transfer);
    if (message === undefined || file === undefined) return undefined;
    const views = people().find(({ contact }) => contact.conversation === message.conversation)?.views;
    const name = file.path.at(-1) ?? "";
    const state = message.mine || file.picture !== null ? "done" : "offered";
    return {
      transfer,
      conversation: message.conversation,
      message: message.id,
      mine: message.mine,
      name,
      state,
      reason: null,
      bytes: state === "done" ? file.sizeBytes : 0,
      total: file.sizeBytes,
      path: null,
      bytesPerSecond: 0,
      ...views?.[name],
    };
  }

  function put(view: FileView): void {
    changed.set(view.transfer, view);
    emit({ type: "file", file: view });
  }

  async function become(name: string, transfer: TransferId, change: Partial<FileView>): Promise<void> {
    await call(name);
    const view = viewOf(transfer);
    if (view === undefined) throw new SottoError("fileMissing", MESSAGES.fileMissing);
    put({ ...view, ...change });
  }

  function prepareForEver(conversation: FileView["conversation"], size: number): Promise<never> {
    put({
      transfer: "endless" as TransferId,
      conversation,
      message: null,
      mine: true,
      name: ENDLESS,
      state: "preparing",
      reason: null,
      bytes: Math.round(size * 0.4),
      total: size,
      path: null,
      bytesPerSecond: size,
    });
    return new Promise(() => {});
  }

  return {
    moveFile(name, change) {
      const file = messages()
        .flatMap(({ files }) => files)
        .find(({ path }) => path.at(-1) === name);
      const view = file && viewOf(file.transfer);
      if (view !== undefined) put({ ...view, ...change });
    },
    files: {
      async send(conversation, files, options) {
        await call("files.send");
        const endless = files.find(({ path }) => path.at(-1) === ENDLESS);
        if (endless !== undefined) return prepareForEver(conversation, endless.content.size);
        return say(conversation, files, options);
      },
      views: async (transfers) => transfers.flatMap((transfer) => viewOf(transfer) ?? []),
      fetch: (transfer) => become("files.fetch", transfer, { state: "waiting", reason: null }),
      pause: (transfer) => become("files.pause", transfer, { state: "paused", bytesPerSecond: 0 }),
      resume: (transfer) => become("files.resume", transfer, { state: "waiting", reason: null }),
      cancel: (transfer) => become("files.cancel", transfer, { state: "cancelled", bytes: 0 }),
      remove: (transfer) => become("files.remove", transfer, { state: "removed", bytes: 0 }),
      async *content(transfer) {
        await call("files.content");
        const file = fileOf(transfer);
        if (file?.picture) yield await drawnPicture(file);
      },
    },
  };
}
