/**
 * The store of this origin, for the one tab that holds the lock. Every opening counts the owner number up; whoever holds an older one writes nothing
 * any more, however late it wakes up. The database outlives its contents, and the number with it: it never falls back.
 */
import type { LocalStore } from "../../ports/store.ts";
import { StoreError } from "../../ports/store.ts";
import { guarded, openDeviceDatabase } from "./database.ts";
import { openIndexedDbStore } from "./indexedDbStore.ts";
import { clearStore, nextOwner } from "./ownedTransactions.ts";
import { openSealer } from "./storeKey.ts";

export interface OwnedStore {
  readonly owner: number;
  /** True when there is something in it. */
  has(): Promise<boolean>;
  /** One at a time; its key is made with the first. Rejects with {@link StoreError}. */
  open(): Promise<LocalStore>;
  /** Drops all records and their key. Rejects with `locked` if another owner has come. */
  erase(): Promise<void>;
  close(): Promise<void>;
}

/** Makes the caller the owner. Calls back when a write is refused because there is a later one. Rejects with {@link StoreError}. */
export async function ownHomeStore(name: string, onLost: () => void): Promise<OwnedStore> {
  const db = await openDeviceDatabase(name);
  try {
    const owner = await guarded(() => nextOwner(db));
    const watched = async <T>(writing: Promise<T>): Promise<T> => {
      try {
        return await writing;
      } catch (error) {
        if (error instanceof StoreError && error.problem === "locked") onLost();
        throw error;
      }
    };
    return {
      owner,
      has: () => guarded(async () => (await db.count("key")) > 0),
      async open() {
        const store = await openIndexedDbStore(db, owner, await openSealer(db));
        return { ...store, commit: (writes) => watched(store.commit(writes)) };
      },
      erase: () => watched(guarded(() => clearStore(db, owner))),
      close: async () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}
