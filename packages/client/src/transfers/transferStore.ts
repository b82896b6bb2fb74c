/** The records of transfers in the device's store, written one transaction after the other. */
import type { ConversationId, TransferId } from "@sotto/protocol";
import { codecOf, tuple, uint } from "@sotto/protocol";
import type { LocalStore, StoreWrite } from "../ports/store.ts";
import { StoreError } from "../ports/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { TransferRecord } from "./record.ts";
import { decodeTransfer, encodeTransfer, TRANSFER_TABLE } from "./record.ts";

const RETRY_MS = 5000;
const FILE = "file/";
const SEEN = "seen/";
const seenCodec = codecOf(tuple(uint(1), uint()));

export interface TransferStore {
  /** Rejects with `damaged`. */
  load(): Promise<{
    readonly records: readonly TransferRecord[];
    /** Files of messages up to this order are known. */
    readonly seen: ReadonlyMap<ConversationId, number>;
  }>;
  /** Written as soon as what was given before is; tried again until it is. */
  put(record: TransferRecord): void;
  markSeen(conversation: ConversationId, order: number): void;
  /** Everything that was given is durable. Waits for a disk with room. */
  flushed(): Promise<void>;
  /** Nothing is tried any more. Waits for what is under way. */
  close(): Promise<void>;
}

export function recordWrite(record: TransferRecord): StoreWrite {
  return { put: TRANSFER_TABLE, key: FILE + record.transfer, value: encodeTransfer(record) };
}

export function recordDrop(transfer: TransferId): StoreWrite {
  return { drop: TRANSFER_TABLE, key: FILE + transfer };
}

export function createTransferStore(store: LocalStore, clock: Clock): TransferStore {
  let waiting = new Map<string, StoreWrite>();
  let writing: Promise<void> | undefined;
  let isClosed = false;
  let wakeUp: (() => void) | undefined;

  /** One batch after the other, as long as something is given meanwhile. */
  async function writeAll(): Promise<void> {
    if (waiting.size === 0 || isClosed) {
      writing = undefined;
      return;
    }
    const batch = waiting;
    waiting = new Map();
    try {
      await store.commit([...batch.values()]);
    } catch {
      // What was given meanwhile is newer.
      waiting = new Map([...batch, ...waiting]);
      await pause();
    }
    return writeAll();
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.schedule(clock.nowMs() + RETRY_MS, resolve);
      wakeUp = () => {
        cancel();
        resolve();
      };
      if (isClosed) wakeUp();
    });
  }

  function give(write: Extract<StoreWrite, { put: string }>): void {
    if (isClosed) return;
    waiting.set(write.key, write);
    writing ??= Promise.resolve().then(writeAll);
  }

  return {
    async load() {
      const records: TransferRecord[] = [];
      const seen = new Map<ConversationId, number>();
      const limit = Number.MAX_SAFE_INTEGER;
      for (const [key, bytes] of await store.page(TRANSFER_TABLE, { prefix: FILE, limit })) {
        const record = decodeTransfer(bytes);
        if (record === undefined) throw new StoreError("damaged", `The record ${key} is damaged.`);
        records.push(record);
      }
      for (const [key, bytes] of await store.page(TRANSFER_TABLE, { prefix: SEEN, limit }))
        seen.set(key.slice(SEEN.length) as ConversationId, seenCodec.decode(bytes)?.[1] ?? 0);
      return { records, seen };
    },
    put: (record) =>
      give({ put: TRANSFER_TABLE, key: FILE + record.transfer, value: encodeTransfer(record) }),
    markSeen: (conversation, order) =>
      give({ put: TRANSFER_TABLE, key: SEEN + conversation, value: seenCodec.encode([1, order]) }),
    flushed: async () => writing,
    async close() {
      isClosed = true;
      wakeUp?.();
      await writing;
    },
  };
}
