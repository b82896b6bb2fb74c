/** The IndexedDB database of a device: its form, its version, and what its errors mean. Values are opaque here. */
import type { DBSchema, IDBPDatabase } from "idb";
import { openDB } from "idb";
import { StoreError } from "../../ports/store.ts";

export interface DeviceSchema extends DBSchema {
  /** Sealed values under table and key. */
  readonly record: { readonly key: [table: string, key: string]; readonly value: Uint8Array };
  /** Sealed writes of several records that are not in their places yet, numbered. */
  readonly log: { readonly key: number; readonly value: Uint8Array };
  /** The one key that seals them; not extractable. */
  readonly key: { readonly key: "store"; readonly value: CryptoKey };
  /** Counts the opened stores: a write names its own, so that one that was put to sleep and woke up too late is refused. */
  readonly owner: { readonly key: "number"; readonly value: number };
}

export type DeviceDatabase = IDBPDatabase<DeviceSchema>;

/** Raised when a store changes its form; each version opens the databases of the one before. */
const SCHEMA_VERSION = 2;

/** Opens or makes the database. Rejects with {@link StoreError}: `newer` for a later version's, which is left as it is. */
export async function openDeviceDatabase(name: string): Promise<DeviceDatabase> {
  return guarded(() =>
    openDB<DeviceSchema>(name, SCHEMA_VERSION, {
      upgrade(db, before) {
        const added = before < 1 ? (["record", "key", "owner", "log"] as const) : (["log"] as const);
        for (const name of added) db.createObjectStore(name);
      },
    }),
  );
}

/** Runs `body` and gives its failure as a {@link StoreError}. */
export async function guarded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw storeErrorOf(error);
  }
}

function storeErrorOf(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  const options = { cause: error };
  switch (error.name) {
    case "VersionError":
      return new StoreError(
        "newer",
        "The data in this browser was made by a later version of Sotto. Reload the page.",
        options,
      );
    case "QuotaExceededError":
      return new StoreError(
        "full",
        "This browser has no room left. Free some space and try again; nothing was lost.",
        options,
      );
    default:
      return new StoreError(
        "failed",
        `This browser could not use its storage (${error.name}). Reload the page.`,
        options,
      );
  }
}
