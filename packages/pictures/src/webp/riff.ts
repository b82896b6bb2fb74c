/** Chunks of RIFF: name, length (little-endian), data, and a byte of padding after an odd length. */
import { ascii, join, le32, nameAt, u32le } from "../bytes.ts";
import type { Refusal } from "../walked.ts";
import { refuse } from "../walked.ts";

export interface RiffChunk {
  readonly name: string;
  readonly data: Uint8Array;
}

/** All chunks of a range, one after the other to its end. The padding of the last may be missing. */
export function readChunks(
  bytes: Uint8Array,
  from: number,
  to: number,
  most: number,
): readonly RiffChunk[] | Refusal {
  const chunks: RiffChunk[] = [];
  let at = from;
  while (at < to) {
    if (chunks.length >= most) return refuse("tooLarge");
    const length = u32le(bytes, at + 4);
    const end = at + 8 + length;
    if (end > to) return refuse("damaged");
    chunks.push({ name: nameAt(bytes, at), data: bytes.subarray(at + 8, end) });
    at = end + (length % 2);
  }
  return chunks;
}

export function writeChunk(name: string, data: Uint8Array): Uint8Array {
  return join([ascii(name), le32(data.length), data, new Uint8Array(data.length % 2)]);
}
