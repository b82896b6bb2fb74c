/** Files of a device ({@link Sotto.files}): from what is to be sent to messages, and from commands and events to the transfers. */
import type { ConversationId, MessageId, TransferId } from "@sotto/protocol";
import { fileLeafCount, idOf, ID_BYTES } from "@sotto/protocol";
import type { FileToSend, FileView, SendHandle, Sotto, SottoErrorCode } from "../api.ts";
import type { ClientEvent } from "../engine/contract.ts";
import { sendingProblem } from "../engine/sends.ts";
import { FileShelfError } from "../ports/fileShelf.ts";
import { createAnnouncer } from "../transfers/announcer.ts";
import { createParcels, hashKey } from "../transfers/parcels.ts";
import type { TransferRecord } from "../transfers/record.ts";
import { TRANSFER_TABLE } from "../transfers/record.ts";
import type { Transfers } from "../transfers/runtime.ts";
import { recordDrop, recordWrite } from "../transfers/transferStore.ts";
import type { Speed } from "../transfers/speed.ts";
import { addBytes, bytesPerSecond, createSpeed } from "../transfers/speed.ts";
import type { Device } from "./device.ts";
import { fileMessages } from "./fileMessages.ts";
import { createLinkNumbers } from "./linkNumbers.ts";
import { createMessageId, followingMessageId } from "./messageId.ts";
import { sottoError } from "./messages.ts";
import type { PreparedFile } from "./prepareFile.ts";
import { checkSize, prepareFile } from "./prepareFile.ts";
import { learnFiles, recordOf } from "./offeredFiles.ts";
import { hasMessage, startTransfers } from "./startTransfers.ts";
import { asSottoError } from "./storeErrors.ts";

export interface DeviceFiles {
  readonly files: Sotto["files"];
  /** Before the device closes its store. */
  close(): Promise<void>;
}

/** A file that is being copied. */
interface Preparing {
  readonly conversation: ConversationId;
  readonly file: FileToSend;
  readonly speed: Speed;
  bytes: number;
  /** Of all files that are sent together: one that is taken back takes all back. */
  readonly together: { isCancelled: boolean };
}

/** Of a platform without a shelf. */
export function noFiles(): Sotto["files"] {
  const refuse = (): Promise<never> =>
    Promise.reject(sottoError("internal", "there is no place for files here"));
  return {
    send: refuse,
    views: () => Promise.resolve([]),
    fetch: refuse,
    pause: refuse,
    resume: refuse,
    cancel: refuse,
    remove: refuse,
    async *content() {
      yield await refuse();
    },
  };
}

/** Reads what is stored, and goes on with what is not whole. */
export function openFiles(device: Device): DeviceFiles {
  const { platform, store } = device;
  const { crypto, clock } = platform;
  if (platform.shelf === undefined) return { files: noFiles(), close: async () => {} };
  const preparing = new Map<TransferId, Preparing>();
  const numbers = createLinkNumbers(device);
  const parcels = createParcels(crypto, store);
  const announce = (file: FileView): void => device.tell({ type: "file", file });
  const copying = createAnnouncer(clock, preparingView, announce);
  /** What happens until the store is read. */
  let early: ((transfers: Transfers) => void)[] | undefined = [];
  let running: Transfers | undefined;
  const withTransfers = (work: (transfers: Transfers) => void): void => {
    if (running !== undefined) work(running);
    else early?.push(work);
  };
  const unfollow = device.onFileLinks({
    frame(link, ...rest) {
      const number = numbers.of(link);
      withTransfers((transfers) => transfers.frame(number, ...rest));
    },
    drained(link) {
      const number = numbers.of(link);
      withTransfers((transfers) => transfers.drained(number));
    },
    changed: (conversation) => withTransfers((transfers) => transfers.changed(conversation)),
    receipt: (...word) => withTransfers((transfers) => transfers.receipt(...word)),
  });
  const stopListening = device.on((event) => withTransfers((transfers) => onEvent(transfers, event)));
  const ready = (async () => {
    const transfers = await startTransfers(device, numbers, parcels, announce);
    running = transfers;
    for (const work of early ?? []) work(transfers);
    early = undefined;
    return transfers;
  })();
  // Whoever asks for files is told.
  ready.catch(() => {
    early = undefined;
  });

  function onEvent(transfers: Transfers, event: ClientEvent): void {
    if (event.type === "message") return learnFiles(transfers, event.message);
    if (event.type === "connection" && event.state === "online") transfers.online();
    // Whether anything may go in a conversation, and which way.
    if (event.type === "contact" || event.type === "defaultPath" || event.type === "connection")
      for (const id of new Set(transfers.records().map(({ conversation }) => conversation)))
        transfers.changed(id);
  }

  function preparingView(transfer: TransferId): FileView | undefined {
    const copy = preparing.get(transfer);
    if (copy === undefined) return undefined;
    return {
      transfer,
      conversation: copy.conversation,
      message: null,
      mine: true,
      name: copy.file.path.at(-1) ?? "file",
      state: "preparing",
      reason: null,
      bytes: copy.bytes,
      total: copy.file.content.size,
      path: null,
      bytesPerSecond: bytesPerSecond(copy.speed, clock.nowMs()),
    };
  }

  async function started(): Promise<Transfers> {
    device.ensureOpen();
    return ready.catch(rethrow);
  }

  async function send(
    conversation: ConversationId,
    files: readonly FileToSend[],
    options: { readonly text?: string; readonly id?: MessageId } = {},
  ): Promise<readonly SendHandle[]> {
    const transfers = await started();
    const { state } = device.session.engine;
    const known = state.conversations.get(conversation);
    if (known === undefined) throw sottoError("unknownConversation");
    // Before anything is copied.
    const problem = sendingProblem(state, known, true);
    if (problem !== undefined) throw sottoError(...problem);
    if (files.length === 0) throw sottoError("emptyText");
    for (const file of files) checkSize(file);
    const together = { isCancelled: false };
    const copies = files.map((file) => {
      const transfer = idOf<TransferId>(crypto.random(ID_BYTES));
      preparing.set(transfer, { conversation, file, speed: createSpeed(), bytes: 0, together });
      return transfer;
    });
    const kept = new Set(copies);
    try {
      const prepared: PreparedFile[] = [];
      for (const transfer of copies) prepared.push(await prepare(transfers, transfer));
      return await offer(transfers, conversation, prepared, { ...options, together }, kept);
    } catch (error) {
      const failure = asSottoError(error);
      for (const transfer of kept) sayGone(transfer, failure.code);
      throw failure;
    } finally {
      for (const transfer of copies) preparing.delete(transfer);
      await Promise.all([...kept].map((transfer) => drop(transfers, transfer)));
    }
  }

  function prepare(transfers: Transfers, transfer: TransferId): Promise<PreparedFile> {
    const copy = preparing.get(transfer) as Preparing;
    copying.changed(transfer);
    return prepareFile(
      {
        crypto,
        shelves: transfers.shelves,
        onBytes(bytes) {
          copy.bytes += bytes;
          addBytes(copy.speed, clock.nowMs(), bytes);
          copying.changed(transfer);
        },
        isCancelled: () => copy.together.isCancelled,
      },
      transfer,
      copy.file,
    );
  }

  /** The messages; what has been offered is taken out of `kept`. */
  async function offer(
    transfers: Transfers,
    conversation: ConversationId,
    prepared: readonly PreparedFile[],
    {
      text = "",
      id,
      together,
    }: { readonly text?: string; readonly id?: MessageId; readonly together: Preparing["together"] },
    kept: Set<TransferId>,
  ): Promise<readonly SendHandle[]> {
    const hashes = new Map(prepared.map((file) => [file.manifest.transfer, file.hashes]));
    const messages = fileMessages(
      text,
      prepared.map(({ manifest }) => manifest),
    );
    const handles: SendHandle[] = [];
    let message = id ?? createMessageId(clock.nowMs(), (size) => crypto.random(size));
    for (const { files, text: said } of messages) {
      if (together.isCancelled) throw sottoError("cancelled");
      const records = files.map((manifest) => recordOf(manifest, conversation, message, true, "preparing"));
      await store.commit(
        records.flatMap((record) => [
          {
            put: TRANSFER_TABLE,
            key: hashKey(record.transfer),
            value: hashes.get(record.transfer) as Uint8Array,
          },
          recordWrite(record),
        ]),
      );
      for (const record of records) transfers.learn(record);
      const tracker = await device.sendTracked({
        kind: "sendFiles",
        conversation,
        text: said,
        files,
        id: message,
      });
      for (const { transfer } of files) {
        kept.delete(transfer);
        preparing.delete(transfer);
        // Taken back while its message was being stored.
        if (together.isCancelled) await transfers.command(transfer, "cancel");
      }
      handles.push(tracker.handle);
      message = followingMessageId(message);
    }
    if (together.isCancelled) throw sottoError("cancelled");
    return handles;
  }

  /** For views that show the copying: there will be no message. */
  function sayGone(transfer: TransferId, code: SottoErrorCode): void {
    const view = preparingView(transfer);
    if (view === undefined) return;
    const reason = code === "diskFull" ? "diskFull" : code === "fileChanged" ? "changed" : "failed";
    announce(code === "cancelled" ? { ...view, state: "cancelled" } : { ...view, state: "failed", reason });
  }

  /** Of a file whose message is not sent nothing stays. */
  async function drop(transfers: Transfers, transfer: TransferId): Promise<void> {
    const record = transfers.record(transfer);
    if (record !== undefined && (await mayBeSent(record))) return;
    transfers.forget(transfer);
    await transfers.shelves.remove(transfer).catch(() => {});
    await store
      .commit([recordDrop(transfer), { drop: TRANSFER_TABLE, key: hashKey(transfer) }])
      .catch(() => {});
  }

  /** A device that ends says of no command whether it is stored; then the next start decides. */
  async function mayBeSent(record: TransferRecord): Promise<boolean> {
    if (record.state !== "preparing") return true;
    try {
      device.ensureOpen();
      return await hasMessage(device, record);
    } catch {
      return true;
    }
  }

  async function command(transfer: TransferId, what: Parameters<Transfers["command"]>[1]): Promise<void> {
    const copy = preparing.get(transfer);
    if (copy !== undefined && (what === "cancel" || what === "remove")) {
      copy.together.isCancelled = true;
      return;
    }
    const transfers = await started();
    if (transfers.record(transfer) === undefined) {
      if (copy !== undefined) return;
      throw sottoError("fileMissing");
    }
    await transfers.command(transfer, what);
  }

  async function* content(
    transfer: TransferId,
    { from = 0 }: { readonly from?: number } = {},
  ): AsyncGenerator<Uint8Array> {
    const transfers = await started();
    const record = transfers.record(transfer);
    if (record === undefined || !isWhole(record)) throw sottoError("fileMissing");
    for (let leaf = from; leaf < fileLeafCount(record.sizeBytes); leaf++) {
      device.ensureOpen();
      try {
        const sealed = await transfers.shelves.use(transfer, record.sizeBytes, (file) => file.read(leaf));
        const bytes = await parcels.contentOf(record, leaf, sealed);
        if (bytes === undefined) throw new FileShelfError("missing", "The leaf is damaged.");
        yield bytes;
      } catch (error) {
        if (!(error instanceof FileShelfError)) throw error;
        // What the system has taken away can be fetched again.
        if (!record.mine && error.problem === "missing") await transfers.command(transfer, "remove");
        throw sottoError("fileMissing", undefined, error);
      }
    }
  }

  return {
    files: {
      send,
      async views(transfers) {
        const known = await started();
        return transfers.flatMap((transfer) => preparingView(transfer) ?? known.view(transfer) ?? []);
      },
      fetch: (transfer) => command(transfer, "fetch"),
      pause: (transfer) => command(transfer, "pause"),
      resume: (transfer) => command(transfer, "resume"),
      cancel: (transfer) => command(transfer, "cancel"),
      remove: (transfer) => command(transfer, "remove"),
      content,
    },
    async close() {
      stopListening();
      unfollow();
      copying.close();
      for (const copy of preparing.values()) copy.together.isCancelled = true;
      const transfers = await ready.catch(() => undefined);
      await transfers?.close();
    },
  };
}

function isWhole({ mine, state }: TransferRecord): boolean {
  return state === "done" || (mine && (state === "offered" || state === "failed"));
}

function rethrow(error: unknown): never {
  throw asSottoError(error);
}
