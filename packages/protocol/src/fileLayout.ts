/**
 * How a file is cut (FIL-1, FIL-2, FIL-6): everything follows from its size, so that both sides know how long each piece has to be, and nothing on
 * the wire says so. The *stream* of a file is its content and zeros up to a size that tells less; its *leaves* have 1 MiB each, the last one
 * what is left; a *parcel* is what travels of a leaf: the sealed leaf and its audit path.
 */
import {
  FILE_CHUNK_BYTES,
  FILE_LEAF_BYTES,
  FILE_TAG_BYTES,
  HASH_BYTES,
  MAX_FILE_BYTES,
  MAX_FILE_LEAVES,
  MIN_FILE_STREAM_BYTES,
} from "./limits.ts";

/** A full leaf of the largest file, with its tag and 16 hashes. */
export const MAX_PARCEL_BYTES: number =
  FILE_LEAF_BYTES + FILE_TAG_BYTES + HASH_BYTES * Math.log2(MAX_FILE_LEAVES);

/** Leaves of a file of that size, at least one. Throws `RangeError` for what is no size of a file, here as in every function of this module. */
export function fileLeafCount(sizeBytes: number): number {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > MAX_FILE_BYTES)
    throw new RangeError("not the size of a file");
  return Math.max(1, Math.ceil(sizeBytes / FILE_LEAF_BYTES));
}

/** Bytes of the file in its leaf `index`. */
export function leafContentBytes(sizeBytes: number, index: number): number {
  return leafPart(sizeBytes, sizeBytes, index);
}

/** The same with the zeros behind the content, which only the last leaf has. */
export function leafBytes(sizeBytes: number, index: number): number {
  return leafPart(sizeBytes, fileStreamBytes(sizeBytes), index);
}

/**
 * Size of the stream: Padmé (PURBs, Nikitin et al. 2019), but never a leaf more than the content needs. At most 12 % above the content, and above 32 MiB less than
 * one leaf.
 */
export function fileStreamBytes(sizeBytes: number): number {
  const whole = fileLeafCount(sizeBytes) * FILE_LEAF_BYTES;
  if (sizeBytes <= MIN_FILE_STREAM_BYTES) return MIN_FILE_STREAM_BYTES;
  // From here on Padmé's steps are whole leaves.
  if (sizeBytes >= 32 * FILE_LEAF_BYTES) return whole;
  const exponent = floorLog2(sizeBytes);
  const step = 2 ** (exponent - floorLog2(exponent) - 1);
  return Math.min(Math.ceil(sizeBytes / step) * step, whole);
}

/** Hashes in the audit path of leaf `index`: RFC 9162 §2.1.3.1 without hashing. A node without a sibling is its own parent. */
export function auditPathLength(leafCount: number, index: number): number {
  let length = 0;
  for (let last = leafCount - 1, node = index; last > 0; last >>>= 1, node >>>= 1)
    if (node % 2 === 1 || node < last) length++;
  return length;
}

/** Bytes that travel of leaf `index`. */
export function parcelBytes(sizeBytes: number, index: number): number {
  return (
    leafBytes(sizeBytes, index) +
    FILE_TAG_BYTES +
    HASH_BYTES * auditPathLength(fileLeafCount(sizeBytes), index)
  );
}

/** Chunks of a parcel of that many bytes. */
export function chunkCount(parcelSizeBytes: number): number {
  return Math.ceil(parcelSizeBytes / FILE_CHUNK_BYTES);
}

/** Bytes of chunk `chunk` of such a parcel: all but the last have `FILE_CHUNK_BYTES`. */
export function chunkBytes(parcelSizeBytes: number, chunk: number): number {
  return Math.min(FILE_CHUNK_BYTES, parcelSizeBytes - chunk * FILE_CHUNK_BYTES);
}

function leafPart(sizeBytes: number, endBytes: number, index: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= fileLeafCount(sizeBytes))
    throw new RangeError("the file has no such leaf");
  return Math.min(FILE_LEAF_BYTES, endBytes - index * FILE_LEAF_BYTES);
}

/** In integers: both sides must find the same, and `Math.log2` is an approximation. Below 2^32. */
function floorLog2(value: number): number {
  return 31 - Math.clz32(value);
}
