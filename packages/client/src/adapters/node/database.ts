/** The database file of a device: opening, its schema version, and one transaction for many writes. Values are opaque here. */
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../ports/store.ts";
import { storeErrorOf } from "./sqliteErrors.ts";

/** A write whose value is sealed already. */
export type SealedWrite =
  | { readonly table: string; readonly key: string; readonly value: Uint8Array }
  | { readonly table: string; readonly key: string; readonly value: undefined };

export type Row = readonly [key: string, value: Uint8Array];

export interface Database {
  readonly empty: boolean;
  rows(table: string): readonly Row[];
  row(table: string, key: string): Uint8Array | undefined;
  /** Keys from `from` (inclusive) up to `to` (exclusive), the last `limit` of them, ascending. */
  range(table: string, from: string, to: string, limit: number): readonly Row[];
  /** Keys from `from` (inclusive) and behind `after` up to `to` (exclusive), the first `limit` of them, ascending. */
  rangeAfter(table: string, from: string, after: string, to: string, limit: number): readonly Row[];
  /** All or nothing, on the disk when it returns. */
  write(writes: readonly SealedWrite[]): void;
  close(): void;
}

/** Raised when a table changes its form; each version opens the files of the one before. */
const SCHEMA_VERSION = 1;
/** "stto": tells our files from others'. */
const APPLICATION_ID = 0x7374746f;

/**
 * Opens or makes the file. All methods throw {@link StoreError}: `newer` for a later version's file, `damaged` for what is no database or
 * none of ours; neither is ever written to.
 */
export function openDatabase(path: string): Database {
  const db = guarded(path, () => new DatabaseSync(path));
  try {
    guarded(path, () => prepareSchema(db, path));
  } catch (error) {
    db.close();
    throw error;
  }
  const all = db.prepare("SELECT key, value FROM record WHERE tbl = ? ORDER BY key");
  const one = db.prepare("SELECT value FROM record WHERE tbl = ? AND key = ?");
  const last = db.prepare(
    "SELECT key, value FROM record WHERE tbl = ? AND key >= ? AND key < ? ORDER BY key DESC LIMIT ?",
  );
  const first = db.prepare(
    "SELECT key, value FROM record WHERE tbl = ? AND key >= ? AND key > ? AND key < ? ORDER BY key LIMIT ?",
  );
  const put = db.prepare(
    "INSERT INTO record (tbl, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const drop = db.prepare("DELETE FROM record WHERE tbl = ? AND key = ?");

  return {
    get empty() {
      return guarded(path, () => db.prepare("SELECT 1 FROM record LIMIT 1").get() === undefined);
    },
    rows: (table) => guarded(path, () => all.all(table).map(rowOf)),
    row: (table, key) => guarded(path, () => one.get(table, key)?.["value"] as Uint8Array | undefined),
    range: (table, from, to, limit) =>
      guarded(path, () => last.all(table, from, to, limit).map(rowOf).toReversed()),
    rangeAfter: (table, from, after, to, limit) =>
      guarded(path, () => first.all(table, from, after, to, limit).map(rowOf)),
    write: (writes) =>
      guarded(path, () =>
        transaction(db, () => {
          for (const { table, key, value } of writes) {
            if (value === undefined) drop.run(table, key);
            else put.run(table, key, value);
          }
        }),
      ),
    close: () => guarded(path, () => db.close()),
  };
}

function prepareSchema(db: DatabaseSync, path: string): void {
  db.exec("PRAGMA busy_timeout = 0");
  const version = pragma(db, "user_version");
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      "newer",
      `${path} was made by a later version of Sotto. Update this program; nothing was changed.`,
    );
  }
  const empty = version === 0 && pragma(db, "schema_version") === 0;
  if (!empty && (version < 1 || pragma(db, "application_id") !== APPLICATION_ID)) {
    throw new StoreError(
      "damaged",
      `${path} is not a store of Sotto. Nothing was changed; use another folder.`,
    );
  }
  // FULL: a commit is on the disk before anything that follows from it is sent (state before wire).
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
  if (empty) {
    transaction(db, () => {
      db.exec(
        `CREATE TABLE record (tbl TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (tbl, key)) STRICT, WITHOUT ROWID;
         PRAGMA application_id = ${APPLICATION_ID};
         PRAGMA user_version = ${SCHEMA_VERSION}`,
      );
    });
  }
}

function transaction(db: DatabaseSync, body: () => void): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    body();
    db.exec("COMMIT");
  } catch (error) {
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function pragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return Number(row?.[name]);
}

function rowOf(row: Record<string, unknown>): Row {
  return [row["key"] as string, row["value"] as Uint8Array];
}

function guarded<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw storeErrorOf(error, path);
  }
}
