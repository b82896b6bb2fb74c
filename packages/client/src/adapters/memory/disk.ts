/** A device's store in memory, for tests and the simulation: a disk that outlives its owners, and the `LocalStore` that owns it. */
import type { LocalStore, StoreWrite } from "../../ports/store.ts";
import { StoreError } from "../../ports/store.ts";

type Tables = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

/** What a disk held at one moment. */
export interface MemorySnapshot {
  readonly tables: Tables;
}

/** Survives the stores opened on it, as a real disk survives processes. Every change is applied whole or not at all. */
export interface MemoryDisk {
  /** Takes the disk, or throws {@link StoreError} `locked` while another store owns it. */
  open(): LocalStore;
  /** Applies one transaction at once: for a simulation that decides itself when a write becomes durable. */
  apply(writes: readonly StoreWrite[]): void;
  /** Records of a table in ascending key order. */
  read(table: string): ReadonlyMap<string, Uint8Array>;
  snapshot(): MemorySnapshot;
  /** Puts the content of an earlier moment back, as restoring a backup would. */
  restore(snapshot: MemorySnapshot): void;
  /** The owner dies: its commits not yet applied are lost, its later calls are rejected, and the disk can be opened again. */
  crash(): void;
  /** The next commit is rejected with this error and changes nothing. */
  failNextCommit(error: StoreError): void;
}

/** An empty disk, or one with the content of `snapshot`. */
export function createMemoryDisk(snapshot: MemorySnapshot = { tables: new Map() }): MemoryDisk {
  let tables = snapshot.tables;
  let owner: symbol | undefined;
  let failure: StoreError | undefined;

  const disk: MemoryDisk = {
    open() {
      if (owner !== undefined) throw new StoreError("locked", "The store is open already.");
      owner = Symbol("owner");
      return ownedStore(owner);
    },
    apply(writes) {
      tables = applied(tables, writes);
    },
    read(table) {
      return new Map([...(tables.get(table) ?? [])].toSorted(byKey));
    },
    snapshot: () => ({ tables }),
    restore(earlier) {
      tables = earlier.tables;
    },
    crash() {
      owner = undefined;
    },
    failNextCommit(error) {
      failure = error;
    },
  };

  function ownedStore(self: symbol): LocalStore {
    const checkOwner = (): void => {
      if (owner !== self) throw new StoreError("failed", "The store is closed.");
    };
    return {
      async load(table) {
        checkOwner();
        return new Map([...disk.read(table)].map(([key, value]) => [key, value.slice()]));
      },
      async get(table, key) {
        checkOwner();
        return tables.get(table)?.get(key)?.slice();
      },
      async page(table, { prefix, before, after, limit }) {
        checkOwner();
        const matching = [...disk.read(table)].filter(
          ([key]) =>
            key.startsWith(prefix) &&
            (before === undefined || key < before) &&
            (after === undefined || key > after),
        );
        const start = after === undefined ? Math.max(0, matching.length - limit) : 0;
        return matching.slice(start, start + limit).map(([key, value]) => [key, value.slice()] as const);
      },
      async commit(writes) {
        const copies = writes.map(copyOf);
        // As on a real disk, a crash may come between the call and its effect.
        await Promise.resolve();
        checkOwner();
        if (failure !== undefined) {
          const error = failure;
          failure = undefined;
          throw error;
        }
        disk.apply(copies);
      },
      async close() {
        if (owner === self) owner = undefined;
      },
    };
  }
  return disk;
}

function applied(tables: Tables, writes: readonly StoreWrite[]): Tables {
  const next = new Map(tables);
  const changed = new Map<string, Map<string, Uint8Array>>();
  const tableOf = (name: string): Map<string, Uint8Array> => {
    const table = changed.get(name) ?? new Map(tables.get(name));
    changed.set(name, table);
    next.set(name, table);
    return table;
  };
  for (const write of writes) {
    if ("put" in write) tableOf(write.put).set(write.key, write.value);
    else tableOf(write.drop).delete(write.key);
  }
  return next;
}

function copyOf(write: StoreWrite): StoreWrite {
  return "put" in write ? { ...write, value: write.value.slice() } : write;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}
