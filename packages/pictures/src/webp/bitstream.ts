/** The sizes that the two bitstreams of WebP declare, which are those that a decoder makes. */
import { u16le, u24le, u32le, u8 } from "../bytes.ts";
import type { RiffChunk } from "./riff.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Lossy (VP8, RFC 6386 §9.1) or lossless (VP8L, RFC 9649 §3.4). */
export function isBitstream({ name }: RiffChunk): boolean {
  return name === "VP8 " || name === "VP8L";
}

/** Undefined if it is no picture of that kind. */
export function bitstreamSize({ name, data }: RiffChunk): Size | undefined {
  if (name === "VP8 ") {
    const isKeyFrame = (u8(data, 0) & 1) === 0 && data.length >= 10;
    const hasStartCode = u24le(data, 3) === 0x2a019d;
    return isKeyFrame && hasStartCode ? sizeOf(u16le(data, 6) & 0x3fff, u16le(data, 8) & 0x3fff) : undefined;
  }
  if (name !== "VP8L" || data.length < 5 || u8(data, 0) !== 0x2f) return undefined;
  const bits = u32le(data, 1);
  // Bits 29 to 31 are the version: zero.
  return bits >= 2 ** 29 ? undefined : sizeOf((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
}

function sizeOf(width: number, height: number): Size | undefined {
  return width > 0 && height > 0 ? { width, height } : undefined;
}
