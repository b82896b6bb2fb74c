/** The store of one home folder: its lock, its key and its database, opened and closed together. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CryptoProvider } from "@sotto/crypto";
import { openRecord, sealRecord } from "@sotto/crypto";
import type { LocalStore } from "../../ports/store.ts";
import { takeExclusiveLock } from "./exclusiveLock.ts";
import { makeHomeDirectory } from "./homeDirectory.ts";
import { storeErrorOf } from "./sqliteErrors.ts";
import { openSqliteStore } from "./sqliteStore.ts";
import { STORE_KEY_FILES, storeKeyOf } from "./storeKey.ts";

const DATABASE_FILE = "store.db";
/** The shelf, which is the store's: see fileShelf.ts. */
export const SHELF_FOLDER = "files";

/** True when the folder holds a store. */
export function hasHomeStore(dir: string): boolean {
  return existsSync(join(dir, DATABASE_FILE));
}

/** Opens the folder's store, making both if there are none. Rejects with `StoreError`. */
export async function openHomeStore(
  dir: string,
  crypto: CryptoProvider,
  passphrase: string | undefined,
): Promise<LocalStore> {
  makeHomeDirectory(dir);
  const release = takeExclusiveLock(dir);
  try {
    const key = await storeKeyOf(dir, crypto, passphrase, !hasHomeStore(dir));
    const store = await openSqliteStore(join(dir, DATABASE_FILE), {
      seal: (table, name, plaintext) => sealRecord(crypto, key, table, name, plaintext),
      open: (table, name, sealed) => openRecord(crypto, key, table, name, sealed),
    });
    return {
      ...store,
      async close() {
        await store.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw storeErrorOf(error, dir);
  }
}

/** Removes key, database and shelf of a closed store: without the key, copies that a disk may keep stay sealed. Rejects with `locked` if it is open. */
export function eraseHomeStore(dir: string): void {
  if (!existsSync(dir)) return;
  const release = takeExclusiveLock(dir);
  try {
    const database = [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`];
    // The key first: if this is cut off, what is left cannot be opened.
    for (const file of [...STORE_KEY_FILES, ...database]) rmSync(join(dir, file), { force: true });
    rmSync(join(dir, SHELF_FOLDER), { force: true, recursive: true });
  } catch (error) {
    throw storeErrorOf(error, dir);
  } finally {
    release();
  }
}
