/** A shelf in memory, for tests and the simulation: a place that outlives its owners, with room that a test decides. */
import type { TransferId } from "@sotto/protocol";
import { addLeaf, createHave, FILE_TAG_BYTES, fileLeafCount, hasLeaf, leafBytes } from "@sotto/protocol";
import type { FileShelf, ShelvedFile } from "../../ports/fileShelf.ts";
import { FileShelfError } from "../../ports/fileShelf.ts";

interface Kept {
  readonly sizeBytes: number;
  readonly have: Uint8Array;
  readonly leaves: Map<number, Uint8Array>;
}

export interface MemoryShelf extends FileShelf {
  /** Bytes that may lie on it; a write beyond is `full`. */
  roomBytes: number;
  /** Its owner dies: what is open is let go. */
  crash(): void;
}

export function createMemoryShelf(): MemoryShelf {
  const files = new Map<TransferId, Kept>();
  const open = new Map<TransferId, symbol>();
  const usedBytes = (): number => {
    let sum = 0;
    for (const { leaves } of files.values()) for (const leaf of leaves.values()) sum += leaf.length;
    return sum;
  };

  const shelf: MemoryShelf = {
    roomBytes: Number.POSITIVE_INFINITY,
    crash: () => open.clear(),
    async open(transfer, sizeBytes) {
      const count = fileLeafCount(sizeBytes);
      if (open.has(transfer)) throw new FileShelfError("failed", "The file is open already.");
      const kept = files.get(transfer) ?? { sizeBytes, have: createHave(count), leaves: new Map() };
      files.set(transfer, kept);
      if (kept.sizeBytes !== sizeBytes) throw new FileShelfError("failed", "The file has another size.");
      const self = Symbol("open");
      open.set(transfer, self);
      return shelved(transfer, kept, self);
    },
    async remove(transfer) {
      if (open.has(transfer)) throw new FileShelfError("failed", "The file is open.");
      files.delete(transfer);
    },
    list: async () => [...files.keys()],
  };

  function shelved(transfer: TransferId, kept: Kept, self: symbol): ShelvedFile {
    const check = (): void => {
      if (open.get(transfer) !== self) throw new FileShelfError("failed", "The file is closed.");
    };
    const isLeaf = (leaf: number): boolean =>
      Number.isInteger(leaf) && leaf >= 0 && leaf < fileLeafCount(kept.sizeBytes);
    const writing = new Set<Promise<void>>();
    const write = async (leaf: number, copy: Uint8Array): Promise<void> => {
      // As on a real disk, a crash may come between the call and its effect.
      await Promise.resolve();
      check();
      if (hasLeaf(kept.have, leaf)) return;
      if (usedBytes() + copy.length > shelf.roomBytes) throw new FileShelfError("full", "There is no room.");
      kept.leaves.set(leaf, copy);
      addLeaf(kept.have, leaf);
    };
    return {
      have: kept.have,
      async write(leaf, sealed) {
        check();
        if (!isLeaf(leaf) || sealed.length !== leafBytes(kept.sizeBytes, leaf) + FILE_TAG_BYTES)
          throw new FileShelfError("failed", "That is no leaf of this file.");
        const written = write(leaf, sealed.slice());
        writing.add(written);
        try {
          await written;
        } finally {
          writing.delete(written);
        }
      },
      async read(leaf) {
        check();
        const sealed = kept.leaves.get(leaf);
        if (sealed === undefined || !hasLeaf(kept.have, leaf))
          throw new FileShelfError("missing", "The leaf is not there.");
        return sealed.slice();
      },
      async close() {
        await Promise.allSettled(writing);
        if (open.get(transfer) === self) open.delete(transfer);
      },
    };
  }
  return shelf;
}
