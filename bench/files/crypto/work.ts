/** What a file costs its sender and its receiver; runs in Node and in a page. */
import type { CryptoProvider, FileTree, SealedLeaf } from "@sotto/crypto";
import {
  createFileCipher,
  createFileTree,
  fileParcel,
  isFileParcel,
  openFileLeaf,
  sealFileLeaf,
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
  FILE_TAG_BYTES,
  idOf,
} from "@sotto/protocol";

/**
 * seal: a leaf and its hash · frames: the copy, held against its hash, into frames and back · open: hash, audit path, later the tag. Each needs the one
 * before.
 */
export const PHASES = ["seal", "frames", "open"] as const;
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
  const kept: SealedLeaf[] = [];
  const arrived: Uint8Array[] = [];
  let tree: FileTree | undefined;
  const known = (): FileTree =>
    (tree ??= createFileTree(provider, concatBytes(...kept.map(({ hash }) => hash))));
  const steps: Record<Phase, (index: number) => Promise<void>> = {
    seal: async (i) => void (kept[i] = await sealFileLeaf(provider, cipher, i, content)),
    async frames(i) {
      const parcel = await fileParcel(provider, known(), i, (kept[i] as SealedLeaf).sealed);
      if (parcel === undefined) throw new Error(`leaf ${i} is another`);
      arrived[i] = carried(transfer, sizeBytes, i, parcel);
    },
    async open(i) {
      const parcel = arrived[i] as Uint8Array;
      if (!(await isFileParcel(provider, sizeBytes, known().root, i, parcel)))
        throw new Error(`leaf ${i} is another`);
      const sealed = parcel.subarray(0, FILE_LEAF_BYTES + FILE_TAG_BYTES);
      const opened = await openFileLeaf(provider, cipher, i, sealed);
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
