/**
 * {@link LocalStore} on node:sqlite. Every value is sealed before it reaches the file. Commits that arrive together share one transaction
 * and one flush to the disk; each is still whole or not there at all.
 */
import type { LocalStore, StoreWrite } from "../../ports/store.ts";
import { StoreError } from "../../ports/store.ts";
import type { Database, Row, SealedWrite } from "./database.ts";
import { openDatabase } from "./database.ts";

/** Seals values for one store, bound to the table and key where they lie. */
export interface RecordSealer {
  seal(table: string, key: string, plaintext: Uint8Array): Promise<Uint8Array> | Uint8Array;
  /** `undefined` when the record is not this one, was changed, or another key sealed it. */
  open(
    table: string,
    key: string,
    sealed: Uint8Array,
  ): Promise<Uint8Array | undefined> | Uint8Array | undefined;
}

/** A record made with the file, so that a wrong key is told from a damaged record. */
const CHECK = { table: "store", key: "check" } as const;
/** Sorts behind every key with the same prefix. */
const LAST_CHARACTER = "\u{10ffff}";

interface Commit {
  readonly sealed: Promise<readonly SealedWrite[]>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Opens or makes the file at `path`. The caller holds the folder's lock. Rejects with {@link StoreError}. */
export async function openSqliteStore(path: string, sealer: RecordSealer): Promise<LocalStore> {
  const db = openDatabase(path);
  try {
    await checkKey(db, path, sealer);
  } catch (error) {
    db.close();
    throw error;
  }
  let queue: Commit[] = [];
  let flushing: Promise<void> | undefined;
  let closed = false;

  return {
    async load(table) {
      ensureOpen();
      return new Map(await openRows(table, db.rows(table)));
    },
    async get(table, key) {
      ensureOpen();
      const value = db.row(table, key);
      return value && openRow(table, key, value);
    },
    async page(table, { prefix, before, after, limit }) {
      ensureOpen();
      const end = prefix + LAST_CHARACTER;
      if (after !== undefined) return openRows(table, db.rangeAfter(table, prefix, after, end, limit));
      return openRows(
        table,
        db.range(table, prefix, before !== undefined && before < end ? before : end, limit),
      );
    },
    async commit(writes) {
      ensureOpen();
      const copies = writes.map((write) =>
        "put" in write ? { ...write, value: write.value.slice() } : write,
      );
      return new Promise<void>((resolve, reject) => {
        queue.push({ sealed: Promise.all(copies.map(sealWrite)), resolve, reject });
        flushing ??= flush();
      });
    },
    async close() {
      if (closed) return;
      closed = true;
      await flushing;
      db.close();
    },
  };

  async function flush(): Promise<void> {
    // What the current turn of the event loop still adds shares the transaction.
    await new Promise(setImmediate);
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      try {
        const writes = await Promise.all(batch.map(({ sealed }) => sealed));
        db.write(writes.flat());
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    flushing = undefined;
  }

  async function sealWrite(write: StoreWrite): Promise<SealedWrite> {
    return "put" in write
      ? { table: write.put, key: write.key, value: await sealer.seal(write.put, write.key, write.value) }
      : { table: write.drop, key: write.key, value: undefined };
  }

  async function openRow(table: string, key: string, sealed: Uint8Array): Promise<Uint8Array> {
    const value = await sealer.open(table, key, sealed);
    if (value === undefined) {
      throw new StoreError(
        "damaged",
        `A record of the table "${table}" in ${path} is damaged. Nothing was changed; restore the folder from a copy, or sign in again in a new one.`,
      );
    }
    return value;
  }

  async function openRows(table: string, rows: readonly Row[]): Promise<readonly Row[]> {
    return Promise.all(rows.map(async ([key, sealed]) => [key, await openRow(table, key, sealed)] as const));
  }

  function ensureOpen(): void {
    if (closed) throw new StoreError("failed", `${path} is closed.`);
  }
}

async function checkKey(db: Database, path: string, sealer: RecordSealer): Promise<void> {
  const check = db.row(CHECK.table, CHECK.key);
  if (check === undefined) {
    if (!db.empty) {
      throw new StoreError(
        "damaged",
        `${path} lacks its key check. Nothing was changed; restore the folder from a copy.`,
      );
    }
    return db.write([{ ...CHECK, value: await sealer.seal(CHECK.table, CHECK.key, new Uint8Array(0)) }]);
  }
  if ((await sealer.open(CHECK.table, CHECK.key, check)) === undefined) {
    throw new StoreError(
      "wrongKey",
      `The key or passphrase does not open ${path}. Give the right one; nothing was changed.`,
    );
  }
}
