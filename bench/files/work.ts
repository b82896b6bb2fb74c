/** What a file costs its sender and its receiver; runs in Node and in a page. */
import type { CryptoProvider, FileCipher, FileTree } from "@sotto/crypto";
import {
  createFileCipher,
  createFileTree,
  hashFileLeaf,
  openFileParcel,
  sealFileParcel,
} from "@sotto/crypto";
import type { Parcel, TransferId } from "@sotto/protocol";
import {
  assembleParcel,
  chunkCount,
  chunkOf,
  concatBytes,
  decodeFileFrame,
  encodeFileFrame,
  FILE_LEAF_BYTES,
  idOf,
} from "@sotto/protocol";

/**
 * hash: the first reading, seal and hash · seal: the second, into parcels · frames: parcels into frames and back · open: hash, audit path, tag. Each needs
 * the one before.
 */
export const PHASES = ["hash", "seal", "frames", "open"] as const;
export type Phase = (typeof PHASES)[number];

export interface FileWork {
  /** The whole file. Throws when it does not come out as it went in. */
  run(phase: Phase): Promise<void>;
}

/** What the page offers to the bench outside. */
export interface FilesPage {
  start(leaves: number, atOnce: number): void;
  run(phase: Phase): Promise<void>;
}

/** A file of so many leaves of one content, `atOnce` of them under way together. */
export function createFileWork(provider: CryptoProvider, leaves: number, atOnce: number): FileWork {
  const transfer = idOf<TransferId>(provider.random(16));
  const sizeBytes = leaves * FILE_LEAF_BYTES;
  const cipher = createFileCipher(provider, { transfer, key: provider.random(32), sizeBytes });
  const content = provider.random(FILE_LEAF_BYTES);
  const hashes: Uint8Array[] = [];
  const parcels: Parcel[] = [];
  const arrived: Uint8Array[] = [];
  let tree: FileTree | undefined;
  const known = (): FileTree => (tree ??= createFileTree(provider, concatBytes(...hashes)));
  const steps: Record<Phase, (index: number) => Promise<void>> = {
    hash: async (i) => void (hashes[i] = await hashFileLeaf(provider, cipher, i, content)),
    seal: async (i) => void (parcels[i] = await sealed(provider, cipher, known(), i, content)),
    frames: async (i) => void (arrived[i] = carried(transfer, sizeBytes, i, parcels[i] as Parcel)),
    async open(i) {
      const opened = await openFileParcel(provider, cipher, known().root, i, arrived[i] as Uint8Array);
      if (opened?.[12_345] !== content[12_345]) throw new Error(`leaf ${i} came out wrong`);
    },
  };
  return {
    async run(phase) {
      let next = 0;
      const worker = async (): Promise<void> => {
        while (next < leaves) await steps[phase](next++);
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
    },
  };
}

async function sealed(
  provider: CryptoProvider,
  cipher: FileCipher,
  tree: FileTree,
  index: number,
  content: Uint8Array,
): Promise<Parcel> {
  const parcel = await sealFileParcel(provider, cipher, tree, index, content);
  if (parcel === undefined) throw new Error(`leaf ${index} is another`);
  return parcel;
}

function carried(transfer: TransferId, sizeBytes: number, leaf: number, parcel: Parcel): Uint8Array {
  const assembly = assembleParcel(sizeBytes, leaf);
  for (let chunk = 0; chunk < chunkCount(assembly.parcel.length); chunk++) {
    const sent = encodeFileFrame({ type: "chunk", transfer, leaf, chunk, bytes: chunkOf(parcel, chunk) });
    const frame = decodeFileFrame(sent);
    if (frame?.type !== "chunk" || assembly.take(frame) === "wrong")
      throw new Error("a frame came out wrong");
  }
  return assembly.parcel;
}
