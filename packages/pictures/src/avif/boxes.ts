/** Boxes of ISO media files (ISO/IEC 14496-12 §4.2): length, name, content. One level at a time, never by recursion. */
import { ascii, be32, join, nameAt, u32 } from "../bytes.ts";

export interface Box {
  readonly name: string;
  /** Content, without the header. */
  readonly data: Uint8Array;
}

/** All boxes of a range to its end, or undefined if one does not fit. Only the last may leave its length open. */
export function readBoxes(bytes: Uint8Array, from: number, most: number): readonly Box[] | undefined {
  const boxes: Box[] = [];
  let at = from;
  while (at < bytes.length) {
    const declared = u32(bytes, at);
    const header = declared === 1 ? 16 : 8;
    const size =
      declared === 0
        ? bytes.length - at
        : declared === 1
          ? u32(bytes, at + 8) * 2 ** 32 + u32(bytes, at + 12)
          : declared;
    if (boxes.length >= most || size < header || at + size > bytes.length) return undefined;
    boxes.push({ name: nameAt(bytes, at + 4), data: bytes.subarray(at + header, at + size) });
    at += size;
  }
  return boxes;
}

export function writeBox(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const data = join(parts);
  return join([be32(8 + data.length), ascii(name), data]);
}

/** With a version and flags (ISO/IEC 14496-12 §4.2.2). */
export function writeFullBox(name: string, flags: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return writeBox(name, be32(flags), ...parts);
}
