/** Transactions of a device's database that only its last owner may make: each is whole and on the disk, or not there at all. */
import type { IDBPTransaction } from "idb";
import { unwrap } from "idb";
import { StoreError } from "../../ports/store.ts";
import type { DeviceDatabase, DeviceSchema } from "./database.ts";

const STORES = ["record", "log", "key", "owner"] as const;
type StoreName = (typeof STORES)[number];
type WriteTransaction = IDBPTransaction<DeviceSchema, StoreName[], "readwrite">;

/** A record whose value is sealed already; `undefined` drops it. */
export interface SealedWrite {
  readonly place: DeviceSchema["record"]["key"];
  readonly value: Uint8Array | undefined;
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
    await Promise.all(
      (["record", "log", "key"] as const).map((name) => transaction.objectStore(name).clear()),
    );
  });
}

/** Puts records in their places, and takes the entries out of the log that are not needed any more. */
export async function writeRecords(
  db: DeviceDatabase,
  owner: number,
  writes: readonly SealedWrite[],
  dropThrough?: number,
): Promise<void> {
  await transact(db, owner, async (transaction) => {
    // Nobody waits for a single write: one that fails ends the transaction with its reason. So none has a promise and listeners of its own.
    const running = unwrap(transaction);
    const records = running.objectStore("record");
    for (const { place, value } of writes)
      if (value === undefined) records.delete([...place]);
      else records.put(value, [...place]);
    if (dropThrough !== undefined) running.objectStore("log").delete(IDBKeyRange.upperBound(dropThrough));
    // Without this the browser commits when this worker has looked at the answer to each write.
    running.commit();
  });
}

/** Adds an entry to the log. */
export async function writeEntry(
  db: DeviceDatabase,
  owner: number,
  number: number,
  sealed: Uint8Array,
): Promise<void> {
  await transact(db, owner, async (transaction) => {
    const running = unwrap(transaction);
    running.objectStore("log").put(sealed, number);
    running.commit();
  });
}

/** All or nothing, on the disk when it resolves: `strict` waits for the flush that browsers leave out by default. */
async function transact(
  db: DeviceDatabase,
  owner: number,
  change: (transaction: WriteTransaction) => Promise<void>,
): Promise<void> {
  const transaction = db.transaction([...STORES], "readwrite", { durability: "strict" });
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
