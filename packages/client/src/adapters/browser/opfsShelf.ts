/**
 * {@link FileShelf} in the origin private file system (File System Standard), for the worker that leads: sync access handles exist in dedicated
 * workers alone. Two files for a transfer, as in Node: sealed leaves, leaf i at i * (1 MiB + 16), and beside them `size (8 bytes) ‖ have bits`.
 */
import type { TransferId } from "@sotto/protocol";
import {
  FILE_LEAF_BYTES,
  FILE_TAG_BYTES,
  addLeaf,
  concatBytes,
  createHave,
  fileLeafCount,
  hasLeaf,
  leafBytes,
  parseHave,
  parseId,
} from "@sotto/protocol";
import type { FileShelf, ShelvedFile } from "../../ports/fileShelf.ts";
import { FileShelfError } from "../../ports/fileShelf.ts";
import type { OriginFolder, SyncFile } from "./originFolder.ts";

const SLOT_BYTES = FILE_LEAF_BYTES + FILE_TAG_BYTES;
const SIZE_FIELD_BYTES = 8;
const BITS_ENDING = ".have";

export interface OpfsShelf extends FileShelf {
  /** Closes what is open, so that the next tab finds it free; nothing is opened any more. */
  close(): Promise<void>;
}

export function createOpfsShelf(folder: OriginFolder): OpfsShelf {
  /** Those that are being opened are there too. */
  const open = new Map<TransferId, ShelvedFile | undefined>();
  let hasClosed = false;

  return {
    async open(transfer, sizeBytes) {
      if (hasClosed || open.has(transfer))
        throw new FileShelfError("failed", "it is open already, or closed");
      open.set(transfer, undefined);
      try {
        const file = await openFile(transfer, sizeBytes);
        open.set(transfer, file);
        if (hasClosed) await file.close();
        return file;
      } catch (error) {
        open.delete(transfer);
        throw error;
      }
    },
    async remove(transfer) {
      if (hasClosed || open.has(transfer))
        throw new FileShelfError("failed", "it is open, or the shelf closed");
      // The bits first: leaves without them are nothing.
      await folder.remove(transfer + BITS_ENDING);
      await folder.remove(transfer);
    },
    async list() {
      const names = await folder.list();
      const ids = names.map((name) => parseId<TransferId>(name.replace(BITS_ENDING, "")));
      return [...new Set(ids.filter((id) => id !== undefined))];
    },
    async close() {
      hasClosed = true;
      for (const file of open.values()) await file?.close();
    },
  };

  async function openFile(transfer: TransferId, sizeBytes: number): Promise<ShelvedFile> {
    const leaves = await folder.open(transfer);
    try {
      const bits = await folder.open(transfer + BITS_ENDING);
      try {
        return shelvedFile({ sizeBytes, leaves, bits, onClosed: () => open.delete(transfer) });
      } catch (error) {
        bits.close();
        throw error;
      }
    } catch (error) {
      leaves.close();
      throw error;
    }
  }
}

/** What is torn, of another size, or speaks of leaves that are not there, is none: the file begins anew (SHF-9). */
function readHave({ sizeBytes, leaves, bits }: ShelvedFileParts): Uint8Array {
  const leafCount = fileLeafCount(sizeBytes);
  const size = sizeField(sizeBytes);
  const kept = bits.readAll();
  const isOfSize = size.every((byte, at) => byte === kept[at]);
  const have = isOfSize ? parseHave(kept.subarray(SIZE_FIELD_BYTES), leafCount) : undefined;
  if (have !== undefined && isThere(have, sizeBytes, leaves.sizeBytes())) return have;
  bits.empty();
  leaves.empty();
  return createHave(leafCount);
}

function isThere(have: Uint8Array, sizeBytes: number, keptBytes: number): boolean {
  let last = fileLeafCount(sizeBytes) - 1;
  while (last >= 0 && !hasLeaf(have, last)) last--;
  return last < 0 || keptBytes >= last * SLOT_BYTES + leafBytes(sizeBytes, last) + FILE_TAG_BYTES;
}

function sizeField(sizeBytes: number): Uint8Array {
  const field = new Uint8Array(SIZE_FIELD_BYTES);
  new DataView(field.buffer).setBigUint64(0, BigInt(sizeBytes));
  return field;
}

interface ShelvedFileParts {
  readonly sizeBytes: number;
  readonly leaves: SyncFile;
  readonly bits: SyncFile;
  readonly onClosed: () => void;
}

function shelvedFile(parts: ShelvedFileParts): ShelvedFile {
  const { sizeBytes, leaves, bits, onClosed } = parts;
  const have = readHave(parts);
  /** Written, and not durable yet. */
  let written: number[] = [];
  let flushing: Promise<void> | undefined;
  let isOpen = true;

  return {
    have,
    async write(leaf, sealed) {
      if (!isOpen || !isLeaf(leaf) || sealed.length !== sealedBytes(leaf))
        throw new FileShelfError("failed", "no leaf of an open file");
      if (hasLeaf(have, leaf)) return;
      leaves.write(sealed, leaf * SLOT_BYTES);
      written.push(leaf);
      await (flushing ??= flush());
    },
    async read(leaf) {
      if (!isOpen) throw new FileShelfError("failed", "the file is closed");
      if (!isLeaf(leaf) || !hasLeaf(have, leaf)) throw new FileShelfError("missing", "the leaf is not there");
      return leaves.read(leaf * SLOT_BYTES, sealedBytes(leaf));
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      // Whoever waits for it is told.
      await flushing?.catch(() => {});
      leaves.close();
      bits.close();
      onClosed();
    },
  };

  /** One for all that were written in the same turn. The bits follow when the leaves are durable. */
  async function flush(): Promise<void> {
    await Promise.resolve();
    const durable = written;
    written = [];
    flushing = undefined;
    leaves.flush();
    const next = have.slice();
    for (const leaf of durable) addLeaf(next, leaf);
    bits.write(concatBytes(sizeField(sizeBytes), next), 0);
    bits.flush();
    have.set(next);
  }

  function isLeaf(leaf: number): boolean {
    return Number.isInteger(leaf) && leaf >= 0 && leaf < fileLeafCount(sizeBytes);
  }

  function sealedBytes(leaf: number): number {
    return leafBytes(sizeBytes, leaf) + FILE_TAG_BYTES;
  }
}
