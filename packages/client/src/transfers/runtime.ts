/** Carries out what the machine of transfers decides: shelf, cryptography, links, relay, clock and store. Nothing is decided here. */
import type { BlobId, ConversationId, TransferId } from "@sotto/protocol";
import {
  encodeFileFrame,
  FILE_LEAF_BYTES,
  FILE_TAG_BYTES,
  leafBytes,
  MAX_FILE_FRAME_BYTES,
} from "@sotto/protocol";
import type { FileView } from "../api.ts";
import type { Blobs } from "../ports/blobs.ts";
import { LOW_WATER_BYTES } from "../ports/direct.ts";
import type { FileLinkListener, FileLinks } from "../ports/fileLinks.ts";
import type { FileShelf } from "../ports/fileShelf.ts";
import { FileShelfError } from "../ports/fileShelf.ts";
import type { LocalStore } from "../ports/store.ts";
import type { Clock } from "../ports/clock.ts";
import { createAnnouncer } from "./announcer.ts";
import type {
  PutOutcome,
  Surroundings,
  TakeOutcome,
  TransferCommand,
  TransferEffect,
  TransferEvent,
} from "./contract.ts";
import { MAX_SPARE } from "./limits.ts";
import { createTransferMachine } from "./machine.ts";
import type { Parcels } from "./parcels.ts";
import type { TransferRecord } from "./record.ts";
import { createShelves } from "./shelves.ts";
import type { Shelves } from "./shelves.ts";
import type { TransferStore } from "./transferStore.ts";
import { createTransferStore } from "./transferStore.ts";

export interface TransferPorts {
  readonly shelf: FileShelf;
  readonly store: LocalStore;
  readonly links: FileLinks;
  readonly blobs: Blobs;
  readonly blobIdOf: (transfer: TransferId) => BlobId;
  readonly parcels: Parcels;
  readonly clock: Clock;
  readonly surroundings: Pick<Surroundings, "wayOf" | "random">;
  readonly attend: (conversation: ConversationId) => void;
  /** See the effect `receipt`. */
  readonly receipt: (conversation: ConversationId, transfer: TransferId, word: "whole" | "asked") => void;
  readonly onView: (view: FileView) => void;
  /** A bug: nothing is carried out any more. */
  readonly onFault: (error: unknown) => void;
}

export interface Transfers extends FileLinkListener {
  /** A file of a message. One that is known changes nothing. */
  learn(record: TransferRecord): void;
  /** An own one whose message is not sent. */
  forget(transfer: TransferId): void;
  online(): void;
  view(transfer: TransferId): FileView | undefined;
  record(transfer: TransferId): TransferRecord | undefined;
  records(): readonly TransferRecord[];
  /** Resolves when what follows from it is stored. */
  command(transfer: TransferId, command: TransferCommand): Promise<void>;
  readonly shelves: Shelves;
  readonly store: TransferStore;
  /** Waits for the disk, not for the network. */
  close(): Promise<void>;
}

const FULL_LEAF_BYTES = FILE_LEAF_BYTES + FILE_TAG_BYTES;

/** Starts with the records of the store. */
export function createTransfers(ports: TransferPorts, stored: readonly TransferRecord[]): Transfers {
  const { links, blobs, clock, parcels } = ports;
  const machine = createTransferMachine({
    ...ports.surroundings,
    bufferedBytes: (link) => links.bufferedBytes(link),
  });
  const shelves = createShelves(ports.shelf);
  const store = createTransferStore(ports.store, clock);
  const announcer = createAnnouncer(clock, (transfer) => machine.view(transfer), ports.onView);
  const queue: TransferEvent[] = [];
  /** Links copy what they send. */
  const frameRoom = new Uint8Array(MAX_FILE_FRAME_BYTES);
  /** Of leaves that have been sent, for those that are read next. */
  const spare: Uint8Array[] = [];
  let looping = false;
  let isClosed = false;
  let cancelWake: (() => void) | undefined;

  /** Events that come while one is handled, out of a port's call, wait their turn. */
  function dispatch(event: TransferEvent): void {
    if (isClosed) return;
    queue.push(event);
    if (looping) return;
    looping = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) handle(next);
    } catch (error) {
      fail(error);
    } finally {
      looping = false;
    }
  }

  function handle(event: TransferEvent): void {
    const filled = new Set<number>();
    for (const effect of machine.handle(event, clock.nowMs())) {
      perform(effect);
      if (effect.type === "send" && effect.frame.type === "chunk") filled.add(effect.link);
    }
    // A channel that never had more than that waiting does not say that it has less.
    for (const link of filled)
      if (links.bufferedBytes(link) <= LOW_WATER_BYTES) queue.push({ type: "drained", link });
  }

  function perform(effect: TransferEffect): void {
    switch (effect.type) {
      case "store":
        return store.put(effect.record);
      case "send":
        return links.send(effect.link, encodeFileFrame(effect.frame, frameRoom));
      case "closeLink":
        return links.close(effect.link);
      case "spent":
        if (effect.sealed.length === FULL_LEAF_BYTES && spare.length < MAX_SPARE) spare.push(effect.sealed);
        return;
      case "attend":
        return ports.attend(effect.conversation);
      case "receipt":
        return ports.receipt(effect.conversation, effect.transfer, effect.word);
      case "changed":
        return announcer.changed(effect.transfer);
      case "remove":
        // What stays by mistake is found at the next start.
        return void shelves.remove(effect.transfer).catch(() => {});
      case "wake":
        cancelWake?.();
        cancelWake =
          effect.atMs === undefined
            ? undefined
            : clock.schedule(effect.atMs, () => dispatch({ type: "wake" }));
        return;
      default:
        void carryOut(effect).then(dispatch, fail);
    }
  }

  type Work = Exclude<
    TransferEffect,
    { type: "store" | "send" | "spent" | "closeLink" | "attend" | "receipt" | "changed" | "remove" | "wake" }
  >;

  async function carryOut(effect: Work): Promise<TransferEvent> {
    const { transfer, run } = effect;
    const record = machine.record(transfer) as TransferRecord;
    const blob = ports.blobIdOf(transfer);
    switch (effect.type) {
      case "open": {
        const have = await shelves
          .use(transfer, effect.sizeBytes, async (file) => file.have.slice())
          .catch((error: unknown) => problemOf(error));
        return { type: "opened", transfer, run, have };
      }
      case "read": {
        const { leaf, ticket } = effect;
        const parcel = await readParcel(record, leaf, spare.pop());
        return { type: "read", transfer, run, leaf, ticket, parcel };
      }
      case "take": {
        const { leaf, parcel } = effect;
        return { type: "taken", transfer, run, leaf, outcome: await take(record, leaf, parcel), parcel };
      }
      case "fetch":
        return {
          type: "fetched",
          transfer,
          run,
          leaf: effect.leaf,
          outcome: await fetch(record, blob, effect.leaf),
        };
      case "put":
        return {
          type: "put",
          transfer,
          run,
          leaf: effect.leaf,
          outcome: await upload(record, blob, effect.leaf),
        };
      case "place": {
        const { group, sizeBytes } = effect;
        const answer = await (group === null ? blobs.status(blob) : blobs.create(blob, group, sizeBytes));
        return { type: "place", transfer, run, answer };
      }
      case "settle":
        return { type: "settled", transfer, run, answer: await blobs.done(blob) };
    }
  }

  async function readParcel(record: TransferRecord, leaf: number, into?: Uint8Array) {
    try {
      const sealed = await shelves.use(record.transfer, record.sizeBytes, (file) => file.read(leaf, into));
      return await parcels.parcelOf(record, leaf, sealed);
    } catch {
      return undefined;
    }
  }

  async function take(record: TransferRecord, leaf: number, parcel: Uint8Array): Promise<TakeOutcome> {
    if (!(await parcels.isValid(record, leaf, parcel))) return "invalid";
    // Given up meanwhile: its place on the shelf is not made again.
    if (isClosed || machine.record(record.transfer)?.state !== "wanted") return "failed";
    const sealed = parcel.subarray(0, leafBytes(record.sizeBytes, leaf) + FILE_TAG_BYTES);
    try {
      await shelves.use(record.transfer, record.sizeBytes, (file) => file.write(leaf, sealed));
      return "written";
    } catch (error) {
      return problemOf(error) === "full" ? "full" : "failed";
    }
  }

  async function fetch(record: TransferRecord, blob: BlobId, leaf: number): Promise<TakeOutcome> {
    const answer = await blobs.get(blob, leaf);
    if (answer.kind === "ok") return take(record, leaf, answer.value);
    return answer.kind === "refused" && answer.code === "notFound" ? "absent" : "later";
  }

  async function upload(record: TransferRecord, blob: BlobId, leaf: number): Promise<PutOutcome> {
    const parcel = await readParcel(record, leaf);
    return parcel === undefined ? { kind: "missing" } : blobs.put(blob, leaf, parcel.sealed, parcel.path);
  }

  function fail(error: unknown): void {
    if (isClosed) return;
    stop();
    ports.onFault(error);
  }

  function stop(): void {
    isClosed = true;
    cancelWake?.();
    announcer.close();
  }

  for (const record of stored) dispatch({ type: "known", record });

  return {
    frame: (link, conversation, frame) => dispatch({ type: "frame", link, conversation, frame }),
    drained: (link) => dispatch({ type: "drained", link }),
    changed: (conversation) => dispatch({ type: "changed", conversation }),
    receipt: (conversation, transfer, word) => dispatch({ type: "receipt", conversation, transfer, word }),
    online: () => dispatch({ type: "online" }),
    forget: (transfer) => dispatch({ type: "forget", transfer }),
    learn: (record) => dispatch({ type: "known", record }),
    view: (transfer) => machine.view(transfer),
    record: (transfer) => machine.record(transfer),
    records: () => machine.records(),
    async command(transfer, command) {
      dispatch({ type: "command", transfer, command });
      await store.flushed();
    },
    shelves,
    store,
    async close() {
      stop();
      await shelves.close();
      await store.close();
    },
  };
}

function problemOf(error: unknown): FileShelfError["problem"] {
  return error instanceof FileShelfError ? error.problem : "failed";
}
