/**
 * One file at the relay on the disk (BLB-8): parcels at fixed places in one file, and beside it the bitmap of those that are durable. A bit is written after its parcel is on the
 * disk, and a parcel is never written again once its bit is set; so whatever ends the process, what the bitmap says is true. Bits only ever go from 0 to 1, so that it does not matter
 * which of its bytes a crash has let through.
 */
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import {
  addLeaf,
  createHave,
  fileLeafCount,
  hasLeaf,
  MAX_PARCEL_BYTES,
  parcelBytes,
  parseHave,
} from "@sotto/protocol";
import { BlobFilesError } from "../../../ports/blobFiles.ts";

const PAGE_BYTES = 4096;
/** From one parcel to the next: whole pages, so that no two share one. */
const STRIDE_BYTES = Math.ceil(MAX_PARCEL_BYTES / PAGE_BYTES) * PAGE_BYTES;

export interface BlobFile {
  /** Not to be changed. */
  readonly held: Uint8Array;
  /** As `BlobFiles` says. */
  write(leaf: number, parcel: Uint8Array): Promise<void>;
  keep(leaf: number, room: Uint8Array, isSame: (parcel: Uint8Array) => boolean): Promise<boolean>;
  read(leaf: number, into: Uint8Array): Promise<boolean>;
  /** A write has failed: what of the file is in memory is not to be relied upon. */
  readonly failed: boolean;
  /** Nothing is being done with it any more. */
  close(): Promise<void>;
}

export interface BlobPaths {
  readonly parcels: string;
  readonly held: string;
}

/** Opens both files, which are made if `make` says so; `undefined` if there are none. Rejects with what the system says. */
export async function openBlobFile(
  paths: BlobPaths,
  sizeBytes: number,
  make: boolean,
): Promise<BlobFile | undefined> {
  const flags = make ? constants.O_RDWR | constants.O_CREAT : constants.O_RDWR;
  const parcels = await openIfThere(paths.parcels, flags);
  if (parcels === undefined) return undefined;
  try {
    const bitmap = await openIfThere(paths.held, flags);
    if (bitmap !== undefined) return blobFile(parcels, bitmap, await readHeld(parcels, bitmap, sizeBytes));
    await parcels.close();
    return undefined;
  } catch (error) {
    await parcels.close();
    throw error;
  }
}

async function openIfThere(path: string, flags: number): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags, 0o600);
  } catch (error) {
    const made = (flags & constants.O_CREAT) !== 0;
    if (!made && (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The bitmap without leaves that the file of parcels is too short for: half of a backup is none of it. */
async function readHeld(parcels: FileHandle, bitmap: FileHandle, sizeBytes: number): Promise<Uint8Array> {
  const leafCount = fileLeafCount(sizeBytes);
  const stored = parseHave(new Uint8Array(await bitmap.readFile()), leafCount);
  const held = createHave(leafCount);
  if (stored === undefined) {
    // Of another length it would not be read next time either.
    await bitmap.truncate(0);
    return held;
  }
  const { size } = await parcels.stat();
  for (let leaf = 0; leaf < leafCount; leaf++) {
    const end = leaf * STRIDE_BYTES + parcelBytes(sizeBytes, leaf);
    if (hasLeaf(stored, leaf) && end <= size) addLeaf(held, leaf);
  }
  return held;
}

interface Waiting {
  readonly leaf: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function blobFile(parcels: FileHandle, bitmap: FileHandle, held: Uint8Array): BlobFile {
  const writing = new Map<number, Promise<void>>();
  let waiting: Waiting[] = [];
  let flushing = false;
  let failure: unknown;

  async function writeLeaf(leaf: number, parcel: Uint8Array): Promise<void> {
    await writeAll(parcels, parcel, leaf * STRIDE_BYTES);
    await new Promise<void>((resolve, reject) => {
      waiting.push({ leaf, resolve, reject });
      if (!flushing) void flush();
    });
  }

  /** One after the other: everything that was written meanwhile shares the next one. */
  async function flush(): Promise<void> {
    flushing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        if (failure !== undefined) throw failure;
        await parcels.datasync();
        const next = held.slice();
        for (const { leaf } of batch) addLeaf(next, leaf);
        await writeAll(bitmap, next, 0);
        await bitmap.datasync();
        held.set(next);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // A system says only once that pages could not be written, and not whose they were: from here on nothing is believed.
        failure = error;
        for (const { reject } of batch) reject(error);
      }
    }
    flushing = false;
  }

  /** Does it unless the leaf is held. Only one of several that come at once: the others could differ. */
  async function alone(leaf: number, work: () => Promise<void>): Promise<void> {
    for (let other = writing.get(leaf); other !== undefined; other = writing.get(leaf))
      await other.catch(() => {});
    if (hasLeaf(held, leaf)) return;
    if (failure !== undefined) throw failure;
    const own = work().finally(() => writing.delete(leaf));
    writing.set(leaf, own);
    await own;
  }

  return {
    held,
    get failed() {
      return failure !== undefined;
    },
    write: (leaf, parcel) => alone(leaf, () => writeLeaf(leaf, parcel)),
    async keep(leaf, room, isSame) {
      await alone(leaf, async () => {
        if (!(await readAll(parcels, room, leaf * STRIDE_BYTES)) || !isSame(room)) return;
        // Also on the disk again: what the system has in memory it may have failed to write.
        await writeLeaf(leaf, room);
      });
      return hasLeaf(held, leaf);
    },
    async read(leaf, into) {
      if (!hasLeaf(held, leaf)) return false;
      if (await readAll(parcels, into, leaf * STRIDE_BYTES)) return true;
      throw new BlobFilesError("a file is shorter than it was");
    },
    close: async () => void (await Promise.all([parcels.close(), bitmap.close()])),
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** False if the file is shorter. */
async function readAll(file: FileHandle, into: Uint8Array, position: number): Promise<boolean> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}
