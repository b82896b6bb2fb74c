/** The store of tests and of the simulation: the same promises as a database on disk, and faults on demand. */
import type { StoreId } from "@sotto/protocol";
import type { Store, StoreTx } from "../../ports/store.ts";
import { memoryAccounts, memoryDevices, memoryKeyPackages, memorySessions } from "./accountTables.ts";
import { memoryBlobs } from "./blobTables.ts";
import { memoryGroups, memoryMailboxes } from "./deliveryTables.ts";
import { createJournal } from "./journaledMap.ts";
import { memoryRooms } from "./roomTables.ts";
import type { Tables } from "./tables.ts";
import { createTables } from "./tables.ts";

export interface MemoryStoreOptions {
  readonly storeId: StoreId;
  /** Called before each commit; throwing is a crash or a full disk: the transaction is lost. */
  readonly beforeCommit?: () => void;
}

export interface MemoryStore extends Store {
  /** A store with the committed contents of now, as from a backup. */
  copy(options: MemoryStoreOptions): MemoryStore;
}

export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
  return create(options);
}

function create(options: MemoryStoreOptions, from?: Tables): MemoryStore {
  const journal = createJournal();
  const tables = createTables(journal, from);
  const tx: StoreTx = {
    storeId: options.storeId,
    attempt(work, keep) {
      const mark = journal.mark();
      try {
        const value = work();
        if (!keep(value)) journal.undoTo(mark);
        return value;
      } catch (error) {
        journal.undoTo(mark);
        throw error;
      }
    },
    ...memoryAccounts(tables),
    ...memorySessions(tables),
    ...memoryDevices(tables),
    ...memoryKeyPackages(tables),
    ...memoryGroups(tables),
    ...memoryRooms(tables),
    ...memoryMailboxes(tables),
    ...memoryBlobs(tables),
  };
  return {
    transaction(work) {
      try {
        const value = work(tx);
        options.beforeCommit?.();
        journal.commit();
        return value;
      } catch (error) {
        journal.undoTo(0);
        throw error;
      }
    },
    copy: (copyOptions) => create(copyOptions, tables),
    close() {},
  };
}
