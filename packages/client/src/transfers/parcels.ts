/** The cryptography of transfers: parcels of own files from their sealed copy, and the judgement of those of others. */
import type { CryptoProvider, FileCipher, FileTree } from "@sotto/crypto";
import { createFileCipher, createFileTree, fileParcel, isFileParcel, openFileLeaf } from "@sotto/crypto";
import type { Parcel, TransferId } from "@sotto/protocol";
import type { LocalStore } from "../ports/store.ts";
import type { TransferRecord } from "./record.ts";
import { TRANSFER_TABLE } from "./record.ts";

/** Trees and keys of files that move now; 64 bytes a leaf and 32 bytes. */
const MAX_KEPT = 8;

export interface Parcels {
  /** `undefined` if the copy or the hashes are damaged or gone. */
  parcelOf(record: TransferRecord, leaf: number, sealed: Uint8Array): Promise<Parcel | undefined>;
  /** True if it is that leaf of the manifest's file (FIL-5). */
  isValid(record: TransferRecord, leaf: number, parcel: Uint8Array): Promise<boolean>;
  /** The content of a leaf of the shelf; `undefined` if it is damaged. */
  contentOf(record: TransferRecord, leaf: number, sealed: Uint8Array): Promise<Uint8Array | undefined>;
}

export function hashKey(transfer: TransferId): string {
  return `hash/${transfer}`;
}

export function createParcels(crypto: CryptoProvider, store: Pick<LocalStore, "get">): Parcels {
  const ciphers = new Map<TransferId, FileCipher>();
  const trees = new Map<TransferId, Promise<FileTree | undefined>>();

  function cipherOf(record: TransferRecord): FileCipher {
    const kept = ciphers.get(record.transfer) ?? createFileCipher(crypto, record);
    keep(ciphers, record.transfer, kept);
    return kept;
  }

  function treeOf({ transfer }: TransferRecord): Promise<FileTree | undefined> {
    const kept = trees.get(transfer) ?? readTree(transfer);
    keep(trees, transfer, kept);
    // A store that did not answer is asked again.
    kept.catch(() => trees.delete(transfer));
    return kept;
  }

  async function readTree(transfer: TransferId): Promise<FileTree | undefined> {
    const hashes = await store.get(TRANSFER_TABLE, hashKey(transfer));
    return hashes && createFileTree(crypto, hashes);
  }

  return {
    async parcelOf(record, leaf, sealed) {
      const tree = await treeOf(record);
      return tree && fileParcel(crypto, tree, leaf, sealed);
    },
    isValid: ({ sizeBytes, root }, leaf, parcel) => isFileParcel(crypto, sizeBytes, root, leaf, parcel),
    contentOf: (record, leaf, sealed) => openFileLeaf(crypto, cipherOf(record), leaf, sealed),
  };
}

function keep<T>(kept: Map<TransferId, T>, transfer: TransferId, value: T): void {
  kept.delete(transfer);
  kept.set(transfer, value);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
}
