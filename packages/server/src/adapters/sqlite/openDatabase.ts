/** Opening the database file: durable settings, its schema brought up to date, and refusals an operator understands. */
import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { StoreId } from "@sotto/protocol";
import { int } from "./columns.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";
import { StoreOpenError } from "./storeOpenError.ts";

/** SQLite result codes (sqlite.org/rescode.html). */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Opens or makes the database; `newStoreId` becomes its incarnation when it is made. Throws {@link StoreOpenError}. */
export function openDatabase(file: string, newStoreId: StoreId): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    // Made by us and not by SQLite, so that nobody else may read it; its companions inherit the mode.
    closeSync(openSync(file, "a", 0o600));
    db = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 5000 });
    const version = checkKind(db, file);
    // WAL with FULL: one fsync per commit, and a commit that returned survives a power cut. NORMAL would lose it.
    db.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY",
    );
    migrate(db, version, newStoreId);
    return db;
  } catch (error) {
    db?.close();
    throw error instanceof StoreOpenError ? error : openError(error, file);
  }
}

/** The schema version of a database of ours, 0 for an empty file. */
function checkKind(db: DatabaseSync, file: string): number {
  const pragma = (name: string): number => int(db.prepare(`PRAGMA ${name}`).get() ?? {}, name);
  const version = pragma("user_version");
  const empty = int(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get() ?? {}, "n") === 0;
  if (!empty && pragma("application_id") !== APPLICATION_ID) {
    throw new StoreOpenError("unusable", `${file} is a database of another program.`);
  }
  if (version > MIGRATIONS.length) {
    throw new StoreOpenError(
      "newer",
      `${file} was written by a newer version (schema ${version}, this one knows ${MIGRATIONS.length}): upgrade, or restore the backup made before.`,
    );
  }
  return version;
}

function migrate(db: DatabaseSync, from: number, newStoreId: StoreId): void {
  MIGRATIONS.slice(from).forEach((migration, i) => {
    db.exec("BEGIN IMMEDIATE");
    db.exec(migration);
    if (from + i === 0) {
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      db.prepare("INSERT INTO store (id, store_id) VALUES (1, ?)").run(newStoreId);
    }
    db.exec(`PRAGMA user_version = ${from + i + 1}`);
    db.exec("COMMIT");
  });
}

function openError(error: unknown, file: string): StoreOpenError {
  const errcode =
    typeof error === "object" && error !== null && "errcode" in error ? error.errcode : undefined;
  const code = typeof errcode === "number" ? errcode & 0xff : undefined;
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
    return new StoreOpenError("damaged", `${file} is damaged or no database: restore a backup.`);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreOpenError("unusable", `${file} cannot be opened: ${reason}.`);
}
