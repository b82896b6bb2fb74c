/**
 * Padding of contents before encryption, so that a ciphertext's size tells little (attack 26). Texts fill buckets: up to 255 bytes look
 * alike (256 B), longer ones are rounded up by Padmé (PURBs, Nikitin et al. 2019): at most 12 % more, O(log log size) bits leak.
 * Form: content || 0x80 || 0x00 …, ended by the first non-zero byte from the right, which must be 0x80: unambiguous for any content.
 */
import { MAX_CONTENT_BYTES } from "@sotto/protocol";

/** Everything below this looks alike. */
export const SMALLEST_BUCKET_BYTES = 256;

const MARK = 0x80;

/** Bytes of any size, padded in the same form to a Padmé size; from 256 bytes on. */
export function padAny(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(padme(Math.max(SMALLEST_BUCKET_BYTES, bytes.length + 1)));
  padded.set(bytes);
  padded[bytes.length] = MARK;
  return padded;
}

/** What {@link padAny} has padded, or `undefined`. */
export function unpadAny(padded: Uint8Array): Uint8Array | undefined {
  const end = padded.findLastIndex((byte) => byte !== 0);
  return padded[end] === MARK ? padded.slice(0, end) : undefined;
}

/** The padded content. Throws `RangeError` above `MAX_CONTENT_BYTES` - 1: the caller checks before. */
export function padContent(content: Uint8Array): Uint8Array {
  const padded = new Uint8Array(paddedSizeBytes(content.length));
  padded.set(content);
  padded[content.length] = MARK;
  return padded;
}

/** The content inside, or `undefined` if the bytes are not what {@link padContent} makes of one. */
export function unpadContent(padded: Uint8Array): Uint8Array | undefined {
  let end = padded.length;
  while (end > 0 && padded[end - 1] === 0) end--;
  const size = end - 1;
  if (size < 0 || padded[size] !== MARK || size >= MAX_CONTENT_BYTES) return undefined;
  return padded.length === paddedSizeBytes(size) ? padded.slice(0, size) : undefined;
}

/** Size after padding of a content of `size` bytes. */
export function paddedSizeBytes(size: number): number {
  if (size >= MAX_CONTENT_BYTES) throw new RangeError("content too large");
  const marked = size + 1;
  return marked <= SMALLEST_BUCKET_BYTES ? SMALLEST_BUCKET_BYTES : Math.min(padme(marked), MAX_CONTENT_BYTES);
}

/** Rounds up so that only the upper bits, as many as the exponent has, are free. */
function padme(size: number): number {
  const exponent = Math.floor(Math.log2(size));
  const freeBits = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** (exponent - freeBits);
  return Math.ceil(size / step) * step;
}
