/** One file of a shelf in Node. Leaves that are written together share the two flushes to the disk: of leaves, then of their bits. */
import { addLeaf, fileLeafCount, hasLeaf } from "@sotto/protocol";
import type { ShelvedFile } from "../../ports/fileShelf.ts";
import { FileShelfError } from "../../ports/fileShelf.ts";
import type { Handles } from "./handlePool.ts";
import { shelfErrorOf } from "./shelfErrors.ts";
import { leafOffset, readExactly, sealedLeafBytes, writeAll, writeHave } from "./shelfFiles.ts";

export interface ShelvedFileOptions {
  readonly sizeBytes: number;
  /** Taken over. */
  readonly have: Uint8Array;
  /** Named in errors. */
  readonly place: string;
  readonly use: <T>(act: (handles: Handles) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

interface WrittenLeaf {
  readonly leaf: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createShelvedFile({ sizeBytes, have, place, use, close }: ShelvedFileOptions): ShelvedFile {
  const writing = new Map<number, Promise<void>>();
  const reading = new Set<Promise<unknown>>();
  /** Their bytes are with the system. */
  let written: WrittenLeaf[] = [];
  let flushing = false;
  /** Of the last flush that failed. */
  let failure: { readonly error: unknown } | undefined;
  let closed: Promise<void> | undefined;

  return {
    have,
    async write(leaf, sealed) {
      if (closed !== undefined) throw problem("failed", "is closed");
      if (!isLeaf(leaf) || sealed.length !== sealedLeafBytes(sizeBytes, leaf))
        throw problem("failed", `has no leaf ${leaf} of ${sealed.length} bytes`);
      if (hasLeaf(have, leaf)) return;
      const work = writing.get(leaf) ?? use((handles) => store(handles, leaf, sealed));
      writing.set(leaf, work);
      try {
        await work;
      } catch (error) {
        throw shelfErrorOf(error, place);
      } finally {
        writing.delete(leaf);
      }
    },
    async read(leaf, into) {
      if (closed !== undefined) throw problem("failed", "is closed");
      if (!isLeaf(leaf) || !hasLeaf(have, leaf)) throw problem("missing", `does not have leaf ${leaf}`);
      const work = use(({ leaves }) =>
        readExactly(leaves, sealedLeafBytes(sizeBytes, leaf), leafOffset(leaf), into),
      );
      reading.add(work);
      try {
        const sealed = await work;
        if (sealed === undefined) throw problem("missing", `does not have leaf ${leaf} any more`);
        return sealed;
      } catch (error) {
        throw shelfErrorOf(error, place);
      } finally {
        reading.delete(work);
      }
    },
    close() {
      closed ??= Promise.allSettled([...writing.values(), ...reading]).then(close);
      return closed;
    },
  };

  async function store(handles: Handles, leaf: number, sealed: Uint8Array): Promise<void> {
    const failureBefore = failure;
    await writeAll(handles.leaves, sealed, leafOffset(leaf));
    // A flush that fails may take with it whatever was written before, and the next one says nothing of that.
    if (failure !== undefined && failure !== failureBefore) throw failure.error;
    await new Promise<void>((resolve, reject) => {
      written.push({ leaf, resolve, reject });
      if (!flushing) void flush(handles);
    });
  }

  async function flush({ leaves, bits }: Handles): Promise<void> {
    flushing = true;
    while (written.length > 0) {
      const batch = written;
      written = [];
      try {
        await leaves.datasync();
        const next = have.slice();
        for (const { leaf } of batch) addLeaf(next, leaf);
        await writeHave(
          bits,
          next,
          batch.map(({ leaf }) => leaf),
        );
        await bits.datasync();
        have.set(next);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        failure = { error };
        for (const { reject } of [...batch, ...written]) reject(error);
        written = [];
      }
    }
    flushing = false;
  }

  function isLeaf(leaf: number): boolean {
    return Number.isInteger(leaf) && leaf >= 0 && leaf < fileLeafCount(sizeBytes);
  }

  function problem(kind: "missing" | "failed", words: string): FileShelfError {
    return new FileShelfError(kind, `${place} ${words}.`);
  }
}
