/** The store in one SQLite file. One process owns it; the composed server holds the lock. */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { StoreId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { Store, StoreTx } from "../../ports/store.ts";
import { sqliteAccounts } from "./accountTable.ts";
import { sqliteBlobs } from "./blobTable.ts";
import { text } from "./columns.ts";
import { sqliteDevices, sqliteKeyPackages } from "./deviceTable.ts";
import { sqliteGroups } from "./groupTable.ts";
import { sqliteMailboxes } from "./mailboxTable.ts";
import { openDatabase } from "./openDatabase.ts";
import type { RowCaches } from "./rowCache.ts";
import { createRowCaches } from "./rowCache.ts";
import { sqliteRooms } from "./roomTable.ts";
import { sqliteSessions } from "./sessionTable.ts";

export interface SqliteStore extends Store {
  readonly storeId: StoreId;
}

/** Opens the file, made if there is none. Throws `StoreOpenError`. */
export function openSqliteStore(file: string): SqliteStore {
  return createSqliteStore(openDatabase(file, idOf(randomBytes(16))));
}

/** The store over an open database, which it closes. */
export function createSqliteStore(db: DatabaseSync): SqliteStore {
  const storeId = text<StoreId>(db.prepare("SELECT store_id FROM store").get() ?? {}, "store_id");
  const caches = createRowCaches();
  const mailboxes = sqliteMailboxes(db, caches);
  const tx: StoreTx = {
    storeId,
    attempt: attemptIn(db, caches),
    ...sqliteAccounts(db),
    ...sqliteSessions(db, caches),
    ...sqliteDevices(db, caches, mailboxes),
    ...sqliteKeyPackages(db),
    ...sqliteGroups(db, caches, mailboxes),
    ...sqliteRooms(db),
    ...mailboxes,
    ...sqliteBlobs(db, caches),
  };
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  return {
    storeId,
    transaction(work) {
      begin.run();
      try {
        const value = work(tx);
        commit.run();
        return value;
      } catch (error) {
        caches.clear();
        // A full or failing disk may have ended the transaction already.
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => db.close(),
  };
}

function attemptIn(db: DatabaseSync, caches: RowCaches): StoreTx["attempt"] {
  const savepoint = db.prepare("SAVEPOINT attempt");
  const release = db.prepare("RELEASE attempt");
  const undo = db.prepare("ROLLBACK TO attempt");
  return (work, keep) => {
    // Outside of a transaction a savepoint would begin one of its own and commit it.
    if (!db.isTransaction) throw new Error("the transaction has ended");
    savepoint.run();
    const writes = caches.writes();
    let kept = false;
    try {
      const value = work();
      kept = keep(value);
      return value;
    } finally {
      if (!kept && caches.writes() !== writes) caches.clear();
      if (db.isTransaction) {
        if (!kept) undo.run();
        release.run();
      }
    }
  };
}
