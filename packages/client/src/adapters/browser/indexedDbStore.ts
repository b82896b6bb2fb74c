/**
 * {@link LocalStore} on IndexedDB. Every value is sealed before it is written: a transaction of IndexedDB ends as soon as it waits for
 * anything else, so sealing comes first. Commits that arrive meanwhile share the next transaction; each is still whole or not there at all.
 *
 * Each record costs a seal and a request of its own, which is most of what storing hundreds of messages takes. So many writes at once go as one
 * entry into a log, which is on the disk as they would be; they come to their places when there is nothing else to store. Until then what they
 * hold is kept in memory too, and whoever opens the store next reads the log.
 */
import type { LocalStore, PageRange, StoreWrite } from "../../ports/store.ts";
import { StoreError } from "../../ports/store.ts";
import type { DeviceDatabase } from "./database.ts";
import { guarded } from "./database.ts";
import type { LateRecord } from "./lateRecords.ts";
import { createLateRecords, decodeEntry, encodeEntry, valueOf } from "./lateRecords.ts";
import type { SealedWrite } from "./ownedTransactions.ts";
import { writeEntry, writeRecords } from "./ownedTransactions.ts";
import type { RecordSealer } from "./storeKey.ts";

type Row = readonly [key: string, value: Uint8Array];

interface Commit {
  readonly writes: readonly StoreWrite[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Sorts behind every key with the same prefix: IndexedDB compares UTF-16 units. */
const LAST_CHARACTER = "\uffff";
/** Entries of the log are sealed as records of this table would be. */
const LOG_TABLE = "log";
/** Fewer writes go to their places at once, unless earlier ones wait. */
const MIN_LATE_WRITES = 32;
/** More than that does not wait, however much comes. */
const MAX_LATE_BYTES = 8 * 1024 * 1024;
/** Without a commit for so long, what waits is put in its places, so many records at a time: a commit waits for one such step at most. */
const QUIET_MS = 250;
const PLACED_AT_ONCE = 128;

/** The store of an open database, which stays open. Writes are refused with `locked` as soon as `owner` is not the last one. */
export async function openIndexedDbStore(
  db: DeviceDatabase,
  owner: number,
  sealer: RecordSealer,
): Promise<LocalStore> {
  const late = createLateRecords();
  let queue: Commit[] = [];
  let working: Promise<void> | undefined;
  let closed = false;
  let isQuiet = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  await readLog();
  placeLater();

  return {
    async load(table) {
      ensureOpen();
      const recent = late.of(table, () => true);
      // An array sorts behind every text: this is the range of the whole table.
      const rows = await openRows(table, await rowsOf(IDBKeyRange.bound([table], [table, []])));
      return new Map(merged(rows, recent));
    },
    async get(table, key) {
      ensureOpen();
      const recent = late.get(table, key);
      if (recent !== undefined) return valueOf(recent)?.slice();
      const sealed = await guarded(() => db.get("record", [table, key]));
      return sealed && openRow(table, key, sealed);
    },
    async page(table, range) {
      ensureOpen();
      const { prefix, before, after, limit } = range;
      if (limit === 0) return [];
      const recent = late.of(
        table,
        (key) =>
          key.startsWith(prefix) &&
          (after === undefined || key > after) &&
          (before === undefined || key < before),
      );
      // Some of those that are found in their places may have been dropped.
      const dropped = recent.filter((record) => valueOf(record) === undefined).length;
      const rows = merged(await placedPage(table, { ...range, limit: limit + dropped }), recent);
      return after === undefined ? rows.slice(-limit) : rows.slice(0, limit);
    },
    async commit(writes) {
      ensureOpen();
      // The values may change afterwards.
      const own = writes.map((write) => ("put" in write ? { ...write, value: write.value.slice() } : write));
      return new Promise<void>((resolve, reject) => {
        isQuiet = false;
        clearTimeout(timer);
        queue.push({ writes: own, resolve, reject });
        working ??= work();
      });
    },
    async close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      await working;
    },
  };

  /** Commits first; places in between. */
  async function work(): Promise<void> {
    let fails = false;
    while (queue.length > 0 || (isPlacing() && !fails))
      if (queue.length > 0) await storeQueue();
      else fails = !(await placeSome());
    working = undefined;
    // What could not be placed is tried again after the next commit.
    if (!fails) placeLater();
  }

  function isPlacing(): boolean {
    return !closed && late.count > 0 && (isQuiet || late.bytes > MAX_LATE_BYTES);
  }

  async function storeQueue(): Promise<void> {
    const batch = queue;
    queue = [];
    try {
      await guarded(() => storeWrites(batch.flatMap(({ writes }) => writes)));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async function storeWrites(writes: readonly StoreWrite[]): Promise<void> {
    // Behind what waits in the log nothing may go to its place: the log would be read over it.
    if (late.count === 0 && writes.length < MIN_LATE_WRITES)
      return writeRecords(db, owner, await Promise.all(writes.map(sealedWrite)));
    const entry = late.lastEntry + 1;
    await writeEntry(db, owner, entry, await sealer.seal(LOG_TABLE, String(entry), encodeEntry(writes)));
    late.add(entry, writes);
  }

  function placeLater(): void {
    clearTimeout(timer);
    if (closed || late.count === 0) return;
    timer = setTimeout(() => {
      isQuiet = true;
      working ??= work();
    }, QUIET_MS);
  }

  /** False when it could not be done: the log still has it then. */
  async function placeSome(): Promise<boolean> {
    const { some, through } = late.first(PLACED_AT_ONCE);
    try {
      const sealed = await Promise.all(some.map(({ write }) => sealedWrite(write)));
      await writeRecords(db, owner, sealed, through);
      late.settle(some);
      return true;
    } catch {
      return false;
    }
  }

  async function readLog(): Promise<void> {
    const [numbers, entries] = await guarded(async () => {
      const { store } = db.transaction("log");
      return Promise.all([store.getAllKeys(), store.getAll()]);
    });
    for (const [i, number] of numbers.entries()) {
      const entry = await openRow(LOG_TABLE, String(number), entries[i] as Uint8Array);
      const writes = decodeEntry(entry);
      if (writes === undefined) throw damaged(LOG_TABLE);
      late.add(number, writes);
    }
  }

  async function sealedWrite(write: StoreWrite): Promise<SealedWrite> {
    return "put" in write
      ? { place: [write.put, write.key], value: await sealer.seal(write.put, write.key, write.value) }
      : { place: [write.drop, write.key], value: undefined };
  }

  /** Of what is in its place. */
  async function placedPage(
    table: string,
    { prefix, before, after, limit }: PageRange,
  ): Promise<readonly Row[]> {
    const last = prefix + LAST_CHARACTER;
    if (after !== undefined) {
      const isInside = after >= prefix;
      if (after >= last) return [];
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
      let cursor = await db.transaction("record").store.openCursor(range, "prev");
      while (cursor !== null) {
        rows.push([cursor.key[1], cursor.value]);
        cursor = rows.length < limit ? await cursor.continue() : null;
      }
      return rows.toReversed();
    });
  }

  async function openRow(table: string, key: string, sealed: Uint8Array): Promise<Uint8Array> {
    const value = await sealer.open(table, key, sealed);
    if (value === undefined) throw damaged(table);
    return value;
  }

  async function openRows(table: string, rows: readonly Row[]): Promise<readonly Row[]> {
    return Promise.all(rows.map(async ([key, sealed]) => [key, await openRow(table, key, sealed)] as const));
  }

  function ensureOpen(): void {
    if (closed) throw new StoreError("failed", "This browser's store is closed.");
  }
}

/** What is in its place, and over it what is not yet; in ascending order of keys. */
function merged(rows: readonly Row[], recent: readonly LateRecord[]): readonly Row[] {
  if (recent.length === 0) return rows;
  const all = new Map(rows);
  for (const { write } of recent)
    if ("put" in write) all.set(write.key, write.value.slice());
    else all.delete(write.key);
  return [...all].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function damaged(table: string): StoreError {
  return new StoreError(
    "damaged",
    `A record of the table "${table}" in this browser is damaged. Nothing was changed; sign in again.`,
  );
}
