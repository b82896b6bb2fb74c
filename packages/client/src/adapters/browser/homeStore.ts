/** The store of this origin: its lock, its database and its key, opened and closed together. */
import { deleteDB } from "idb";
import type { LocalStore } from "../../ports/store.ts";
import { guarded, openDeviceDatabase } from "./database.ts";
import { openIndexedDbStore } from "./indexedDbStore.ts";
import { openSealer } from "./storeKey.ts";
import { takeWebLock, webLockFree } from "./webLock.ts";

/** True when the browser has a database of that name. Makes none. */
export async function hasHomeStore(name: string): Promise<boolean> {
  return (await indexedDB.databases()).some((database) => database.name === name);
}

/** Opens the store, making it if there is none. Rejects with `StoreError`. */
export async function openHomeStore(name: string): Promise<LocalStore> {
  const release = await takeWebLock(name);
  try {
    const db = await openDeviceDatabase(name);
    try {
      const store = await openIndexedDbStore(db, await openSealer(db));
      return {
        ...store,
        async close() {
          await store.close();
          await release();
        },
      };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    await release();
    throw error;
  }
}

/** Removes database and key of a closed store. Rejects with `locked` if it is open. */
export async function eraseHomeStore(name: string): Promise<void> {
  const release = await takeWebLock(name);
  try {
    await guarded(() => deleteDB(name));
  } finally {
    await release();
  }
}

/** Resolves when no tab has the store open. */
export async function homeStoreFree(name: string): Promise<void> {
  await webLockFree(name);
}
