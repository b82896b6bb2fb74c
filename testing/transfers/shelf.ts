/** A disk for sealed leaves in a simulated world: slow, sometimes full, and what is not written when its owner dies may be lost. */
import type { TransferId } from "@sotto/protocol";
import { addLeaf, createHave, fileLeafCount } from "@sotto/protocol";
import type { FileShelf } from "sotto/simulation";
import { FileShelfError } from "sotto/simulation";
import { sealedLeaf } from "./contents.ts";

interface Kept {
  readonly have: Uint8Array;
  readonly leaves: Map<number, Uint8Array>;
}

export interface SimShelf {
  readonly files: Map<TransferId, Kept>;
  isFull: boolean;
  /** All of a file that is sent. */
  fill(transfer: TransferId, sizeBytes: number): void;
  /** For one life of a device; after it nothing changes and nothing is answered. */
  owned(life: ShelfLife): FileShelf;
}

export interface ShelfLife {
  readonly isOver: () => boolean;
  /** Resolves after a time of this disk, unless the life is over by then. `atDeath` may then still do what was asked for. */
  readonly wait: (atDeath?: () => void) => Promise<void>;
  /** A fault: what is said to be written is not. */
  readonly forgets: boolean;
}

export function createSimShelf(): SimShelf {
  const files = new Map<TransferId, Kept>();
  const shelf: SimShelf = {
    files,
    isFull: false,
    fill(transfer, sizeBytes) {
      const kept = { have: createHave(fileLeafCount(sizeBytes)), leaves: new Map<number, Uint8Array>() };
      for (let leaf = 0; leaf < fileLeafCount(sizeBytes); leaf++) {
        kept.leaves.set(leaf, sealedLeaf(transfer, sizeBytes, leaf));
        addLeaf(kept.have, leaf);
      }
      files.set(transfer, kept);
    },
    owned(life) {
      const open = new Set<TransferId>();
      return {
        async open(transfer, sizeBytes) {
          await life.wait();
          if (open.has(transfer)) throw new FileShelfError("failed", "open already");
          open.add(transfer);
          const kept = files.get(transfer) ?? {
            have: createHave(fileLeafCount(sizeBytes)),
            leaves: new Map<number, Uint8Array>(),
          };
          files.set(transfer, kept);
          return {
            have: kept.have,
            async write(leaf, sealed) {
              const copy = sealed.slice();
              const write = (): void => {
                if (life.forgets) return;
                kept.leaves.set(leaf, copy);
                addLeaf(kept.have, leaf);
              };
              await life.wait(write);
              if (shelf.isFull) throw new FileShelfError("full", "no room");
              write();
            },
            async read(leaf) {
              await life.wait();
              const sealed = kept.leaves.get(leaf);
              if (sealed === undefined) throw new FileShelfError("missing", "not there");
              return sealed;
            },
            async close() {
              open.delete(transfer);
            },
          };
        },
        async remove(transfer) {
          if (open.has(transfer)) throw new FileShelfError("failed", "it is open");
          files.delete(transfer);
        },
        list: async () => [...files.keys()],
      };
    },
  };
  return shelf;
}
