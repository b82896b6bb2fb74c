/**
 * The two files of a transfer on a shelf: its sealed leaves, each at its place, and beside it `size (8 bytes, big endian) ‖ have bits`. The size is
 * written once, the bits in place.
 */
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { mkdir, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TransferId } from "@sotto/protocol";
import {
  FILE_LEAF_BYTES,
  FILE_TAG_BYTES,
  createHave,
  fileLeafCount,
  hasLeaf,
  leafBytes,
  parseHave,
} from "@sotto/protocol";
import type { Handles } from "./handlePool.ts";

const SIZE_BYTES = 8;
/** The home's alone; a link in its place is not followed. */
const OPEN = constants.O_RDWR | constants.O_NOFOLLOW;

/** Where leaf `leaf` lies. */
export function leafOffset(leaf: number): number {
  return leaf * (FILE_LEAF_BYTES + FILE_TAG_BYTES);
}

/** With its tag. */
export function sealedLeafBytes(sizeBytes: number, leaf: number): number {
  return leafBytes(sizeBytes, leaf) + FILE_TAG_BYTES;
}

/** Those that are there; rejects with `ENOENT` for others. */
export async function openShelfFiles(dir: string, transfer: TransferId): Promise<Handles> {
  return openBoth(dir, transfer, OPEN);
}

/** Makes both if they are missing, and begins anew what cannot be trusted. */
export async function makeShelfFiles(
  dir: string,
  transfer: TransferId,
  sizeBytes: number,
): Promise<{ readonly handles: Handles; readonly have: Uint8Array }> {
  if ((await mkdir(dir, { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(dirname(dir));
  const handles = await openBoth(dir, transfer, OPEN | constants.O_CREAT);
  try {
    const have = (await readHave(handles, sizeBytes)) ?? (await beginAnew(dir, handles, sizeBytes));
    return { handles, have };
  } catch (error) {
    await Promise.all([handles.leaves.close(), handles.bits.close()]);
    throw error;
  }
}

/** The bits first: leaves without them are none. */
export async function removeShelfFiles(dir: string, transfer: TransferId): Promise<void> {
  await rm(bitsPath(dir, transfer), { force: true });
  await rm(leavesPath(dir, transfer), { force: true });
}

/** Writes the bytes of `have` that hold these leaves. */
export async function writeHave(
  bits: FileHandle,
  have: Uint8Array,
  leaves: readonly number[],
): Promise<void> {
  const first = Math.min(...leaves) >>> 3;
  const end = (Math.max(...leaves) >>> 3) + 1;
  await writeAll(bits, have.subarray(first, end), SIZE_BYTES + first);
}

/** All of `bytes` at `offset`: the system may take less at once. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written);
    written += bytesWritten;
  }
}

/** `undefined` if the file ends before. */
export async function readExactly(
  file: FileHandle,
  length: number,
  offset: number,
  into?: Uint8Array,
): Promise<Uint8Array | undefined> {
  const bytes = into?.length === length ? into : new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, offset + read);
    if (bytesRead === 0) return undefined;
    read += bytesRead;
  }
  return bytes;
}

function leavesPath(dir: string, transfer: TransferId): string {
  return join(dir, transfer);
}

function bitsPath(dir: string, transfer: TransferId): string {
  return join(dir, `${transfer}.have`);
}

async function openBoth(dir: string, transfer: TransferId, flags: number): Promise<Handles> {
  const leaves = await open(leavesPath(dir, transfer), flags, 0o600);
  try {
    return { leaves, bits: await open(bitsPath(dir, transfer), flags, 0o600) };
  } catch (error) {
    await leaves.close();
    throw error;
  }
}

/** `undefined` for bits that are torn, of a file of another size, or of leaves that are not there. */
async function readHave({ leaves, bits }: Handles, sizeBytes: number): Promise<Uint8Array | undefined> {
  const leafCount = fileLeafCount(sizeBytes);
  const length = SIZE_BYTES + createHave(leafCount).length;
  if ((await bits.stat()).size !== length) return undefined;
  const bytes = await readExactly(bits, length, 0);
  if (bytes === undefined || sizeOf(bytes) !== BigInt(sizeBytes)) return undefined;
  const have = parseHave(bytes.subarray(SIZE_BYTES), leafCount);
  const isThere = have !== undefined && (await leaves.stat()).size >= endOf(have, sizeBytes);
  return isThere ? have : undefined;
}

async function beginAnew(dir: string, { leaves, bits }: Handles, sizeBytes: number): Promise<Uint8Array> {
  const have = createHave(fileLeafCount(sizeBytes));
  const bytes = new Uint8Array(SIZE_BYTES + have.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(sizeBytes));
  await bits.truncate();
  await leaves.truncate();
  await writeAll(bits, bytes, 0);
  await bits.sync();
  await syncFolder(dir);
  return have;
}

/** So that the names in it are durable as well. */
async function syncFolder(dir: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === "win32") return;
  const folder = await open(dir, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function sizeOf(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
}

/** Where the last leaf that is there ends. */
function endOf(have: Uint8Array, sizeBytes: number): number {
  let last = fileLeafCount(sizeBytes) - 1;
  while (last >= 0 && !hasLeaf(have, last)) last--;
  return last < 0 ? 0 : leafOffset(last) + sealedLeafBytes(sizeBytes, last);
}
