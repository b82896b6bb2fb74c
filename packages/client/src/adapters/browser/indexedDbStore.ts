/**
 * {@link LocalStore} on IndexedDB. Every value is sealed before it is written: a transaction of IndexedDB ends as soon as it waits for
 * anything else, so sealing comes first. Commits that arrive meanwhile share the next transaction; each is still whole or not there at all.
 */
import type { IDBPTransaction } from "idb";
import { unwrap } from "idb";
import type { LocalStore, StoreWrite } from "../../ports/store.ts";
import { StoreError } from "../../ports/store.ts";
import type { DeviceDatabase, DeviceSchema } from "./database.ts";
import { guarded } from "./database.ts";
import type { RecordSealer } from "./storeKey.ts";

type Place = DeviceSchema["record"]["key"];
type WriteTransaction = IDBPTransaction<DeviceSchema, ("record" | "key" | "owner")[], "readwrite">;
type Row = readonly [key: string, value: Uint8Array];

/** A write whose value is sealed already; `undefined` drops the record. */
interface SealedWrite {
  readonly place: Place;
  readonly value: Uint8Array | undefined;
}

interface Commit {
  readonly sealed: Promise<readonly SealedWrite[]>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Sorts behind every key with the same prefix: IndexedDB compares UTF-16 units. */
const LAST_CHARACTER = "\uffff";

/** The store of an open database, which stays open. Writes are refused with `locked` as soon as `owner` is not the last one. */
export function openIndexedDbStore(db: DeviceDatabase, owner: number, sealer: RecordSealer): LocalStore {
  let queue: Commit[] = [];
  let flushing: Promise<void> | undefined;
  let closed = false;

  return {
    async load(table) {
      ensureOpen();
      // An array sorts behind every text: this is the range of the whole table.
      return new Map(await openRows(table, await rowsOf(IDBKeyRange.bound([table], [table, []]))));
    },
    async get(table, key) {
      ensureOpen();
      const sealed = await guarded(() => db.get("record", [table, key]));
      return sealed && openRow(table, key, sealed);
    },
    async page(table, { prefix, before, after, limit }) {
      ensureOpen();
      const last = prefix + LAST_CHARACTER;
      if (after !== undefined) {
        const isInside = after >= prefix;
        if (after >= last || limit === 0) return [];
        const start = isInside ? after : prefix;
        const behind = IDBKeyRange.bound([table, start], [table, last], isInside, true);
        return openRows(table, await rowsOf(behind, limit));
      }
      const end = before !== undefined && before < last ? before : last;
      if (end <= prefix) return [];
      return openRows(
        table,
        await lastRows(IDBKeyRange.bound([table, prefix], [table, end], false, true), limit),
      );
    },
    async commit(writes) {
      ensureOpen();
      // WebCrypto copies what it is given at once, and this waits for nothing before: the values may change afterwards.
      const sealed = Promise.all(writes.map(sealWrite));
      return new Promise<void>((resolve, reject) => {
        queue.push({ sealed, resolve, reject });
        flushing ??= flush();
      });
    },
    async close() {
      if (closed) return;
      closed = true;
      await flushing;
    },
  };

  async function flush(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      try {
        const writes = await Promise.all(batch.map(({ sealed }) => sealed));
        await guarded(() => write(db, owner, writes.flat()));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    flushing = undefined;
  }

  async function sealWrite(write: StoreWrite): Promise<SealedWrite> {
    return "put" in write
      ? { place: [write.put, write.key], value: await sealer.seal(write.put, write.key, write.value) }
      : { place: [write.drop, write.key], value: undefined };
  }

  async function rowsOf(range: IDBKeyRange, limit?: number): Promise<readonly Row[]> {
    return guarded(async () => {
      const records = db.transaction("record").store;
      const [places, values] = await Promise.all([
        records.getAllKeys(range, limit),
        records.getAll(range, limit),
      ]);
      return places.map(([, key], i) => [key, values[i] as Uint8Array] as const);
    });
  }

  async function lastRows(range: IDBKeyRange, limit: number): Promise<readonly Row[]> {
    return guarded(async () => {
      const rows: Row[] = [];
      let cursor = limit > 0 ? await db.transaction("record").store.openCursor(range, "prev") : null;
      while (cursor !== null) {
        rows.push([cursor.key[1], cursor.value]);
        cursor = rows.length < limit ? await cursor.continue() : null;
      }
      return rows.toReversed();
    });
  }

  async function openRow(table: string, key: string, sealed: Uint8Array): Promise<Uint8Array> {
    const value = await sealer.open(table, key, sealed);
    if (value !== undefined) return value;
    throw new StoreError(
      "damaged",
      `A record of the table "${table}" in this browser is damaged. Nothing was changed; sign in again.`,
    );
  }

  async function openRows(table: string, rows: readonly Row[]): Promise<readonly Row[]> {
    return Promise.all(rows.map(async ([key, sealed]) => [key, await openRow(table, key, sealed)] as const));
  }

  function ensureOpen(): void {
    if (closed) throw new StoreError("failed", "This browser's store is closed.");
  }
}

/** Counts the owners up. */
export async function nextOwner(db: DeviceDatabase): Promise<number> {
  const transaction = db.transaction("owner", "readwrite", { durability: "strict" });
  const number = ((await transaction.store.get("number")) ?? 0) + 1;
  await transaction.store.put(number, "number");
  await transaction.done;
  return number;
}

/** Drops all records and the key that seals them. Rejects with `locked` if `owner` is not the last one. */
export async function clearStore(db: DeviceDatabase, owner: number): Promise<void> {
  await transact(db, owner, async (transaction) => {
    await Promise.all([transaction.objectStore("record").clear(), transaction.objectStore("key").clear()]);
  });
}

async function write(db: DeviceDatabase, owner: number, writes: readonly SealedWrite[]): Promise<void> {
  await transact(db, owner, async (transaction) => {
    // Nobody waits for a single write: one that fails ends the transaction with its reason. So none has a promise and listeners of its own.
    const running = unwrap(transaction);
    const records = running.objectStore("record");
    for (const { place, value } of writes)
      if (value === undefined) records.delete([...place]);
      else records.put(value, [...place]);
    // Without this the browser commits when this worker has looked at the answer to each write.
    running.commit();
  });
}

/** All or nothing, on the disk when it resolves: `strict` waits for the flush that browsers leave out by default. */
async function transact(
  db: DeviceDatabase,
  owner: number,
  change: (transaction: WriteTransaction) => Promise<void>,
): Promise<void> {
  const transaction = db.transaction(["record", "key", "owner"], "readwrite", { durability: "strict" });
  const [changed, done] = await Promise.allSettled([
    ownedChange(transaction, owner, change),
    transaction.done,
  ]);
  // A transaction that the browser has aborted knows why; its requests only know that it was. One that was aborted here does not know.
  if (done.status === "rejected")
    throw changed.status === "rejected" && !isAbort(changed.reason) ? changed.reason : done.reason;
}

async function ownedChange(
  transaction: WriteTransaction,
  owner: number,
  change: (transaction: WriteTransaction) => Promise<void>,
): Promise<void> {
  try {
    if ((await transaction.objectStore("owner").get("number")) !== owner) {
      throw new StoreError(
        "locked",
        "Another tab of this browser has taken over. Use Sotto there, or reload this page.",
      );
    }
    await change(transaction);
  } catch (error) {
    // A call that throws does not end the transaction by itself, and half of the writes would stay.
    abortIfRunning(transaction);
    throw error;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function abortIfRunning(transaction: WriteTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}
