/** One of two devices of ours, in Node and in a page. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { FileContent, FileView, Sotto, StoredMessage } from "sotto";
import type { FileParty } from "./party.ts";

type Transfer = FileView["transfer"];

export interface OurPlatform {
  open(path: string): Promise<FileContent>;
  /** Writes the content to where a person wants it. */
  save(content: AsyncIterable<Uint8Array>, path: string): Promise<void>;
}

/** Enough of a history's end to hold the message that has just come. */
const RECENT = 10;

export function createOurParty(sotto: Sotto, platform: OurPlatform): FileParty {
  let other = "";
  /** When the copy of an own file was sealed, and when all of it was at the server. */
  const readyMs = new Map<string, number>();
  const uploadedMs = new Map<string, number>();
  sotto.on((event) => {
    if (event.type !== "file" || !event.file.mine || event.file.state === "preparing") return;
    const { transfer, state, reason } = event.file;
    if (!readyMs.has(transfer)) readyMs.set(transfer, performance.now());
    if (reason !== "uploaded" && state !== "done") return;
    if (!uploadedMs.has(transfer)) uploadedMs.set(transfer, performance.now());
  });

  function conversation() {
    const found = sotto.conversations.withUser(other);
    if (found === undefined) throw new Error(`no conversation with ${other}`);
    return found;
  }

  /** Resolves with the first view from now on that is as wanted, rejects when the file has failed. */
  async function reaches(
    transfer: Transfer,
    wanted: (view: FileView) => boolean,
    begin: () => Promise<void>,
  ): Promise<FileView> {
    const reached = Promise.withResolvers<FileView>();
    const look = (view: FileView): void => {
      if (wanted(view)) reached.resolve(view);
      else if (view.state === "failed" || view.state === "cancelled")
        reached.reject(new Error(`${view.state}: ${view.reason}`));
    };
    const stop = sotto.on((event) => {
      if (event.type === "file" && event.file.transfer === transfer) look(event.file);
    });
    try {
      await begin();
      return await reached.promise;
    } finally {
      stop();
    }
  }

  const party: FileParty = {
    async meet(userName, asks) {
      other = userName;
      const contact = (): string | undefined =>
        sotto.contacts.list().find((one) => one.userName === other)?.state;
      if (asks) await sotto.contacts.add(other);
      else {
        await until(sotto, () => contact() === "incoming");
        await sotto.contacts.accept(other);
      }
      await until(sotto, () => contact() === "accepted" && conversation().state === "active");
    },
    async link() {
      const { id } = conversation();
      if (conversation().path !== "direct") await sotto.conversations.setPath(id, "direct");
      await sotto.conversations.attend(id);
      await until(sotto, () => conversation().link.state === "open");
    },
    relay: () => sotto.conversations.setPath(conversation().id, "relay"),
    async offer(path) {
      const content = await platform.open(path);
      const file = { content, path: ["file.bin"], mediaType: "application/octet-stream", modifiedAtMs: null };
      const startedMs = performance.now();
      const [sent] = await sotto.files.send(conversation().id, [file]);
      const endedMs = performance.now();
      const message = await sotto.messages.findOwn(conversation().id, sent?.id as StoredMessage["id"]);
      const transfer = message?.files[0]?.transfer;
      if (transfer === undefined) throw new Error("the message offers nothing");
      if (!readyMs.has(transfer)) readyMs.set(transfer, endedMs);
      return { transfer, ms: endedMs - startedMs };
    },
    async uploaded(transfer) {
      await until(sotto, () => uploadedMs.has(transfer));
      return (uploadedMs.get(transfer) ?? Number.NaN) - (readyMs.get(transfer) ?? Number.NaN);
    },
    async take(transfer) {
      const id = transfer as Transfer;
      await until(sotto, async () => (await offered(id)) !== undefined);
      const before = conversation().link.state === "open" ? "direct" : "relay";
      const startedMs = performance.now();
      const { path } = await reaches(
        id,
        ({ state }) => state === "done",
        () => sotto.files.fetch(id),
      );
      const ms = performance.now() - startedMs;
      if (path !== before) throw new Error(`the file came by another way: ${path}`);
      return ms;
    },
    async save(transfer, path) {
      const startedMs = performance.now();
      await platform.save(sotto.files.content(transfer as Transfer), path);
      return performance.now() - startedMs;
    },
    async digest(transfer) {
      const hash = sha256.create();
      for await (const leaf of sotto.files.content(transfer as Transfer)) hash.update(leaf);
      return bytesToHex(hash.digest());
    },
    forget: (transfer) => sotto.files.remove(transfer as Transfer),
    close: () => sotto.close(),
  };
  return party;

  async function offered(transfer: Transfer): Promise<StoredMessage | undefined> {
    const recent = await sotto.messages.list(conversation().id, { limit: RECENT });
    return recent.find(({ files }) => files.some((file) => file.transfer === transfer));
  }
}

/** Resolves when the condition holds, asked now and after every event. */
async function until(sotto: Sotto, condition: () => boolean | Promise<boolean>): Promise<void> {
  const held = Promise.withResolvers<void>();
  const ask = async (): Promise<void> => {
    if (await condition()) held.resolve();
  };
  const stop = sotto.on(() => void ask().catch(held.reject));
  try {
    await ask();
    await held.promise;
  } finally {
    stop();
  }
}
