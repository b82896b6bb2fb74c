/**
 * Messages as WebSocket frames of a server (RFC 6455 §5.2: final, binary, not masked), so that what one commit brings for a socket goes out in
 * one write. The library would write each message, and the bytes of its head, by themselves.
 */
import type { PackedFrames } from "../../ports/packedFrames.ts";
import { FRAME_SIZE_BYTES, frameSizeAt } from "../../ports/packedFrames.ts";

const FINAL_BINARY = 0x82;
/** Lengths from here on take two more bytes. */
const LENGTH_16 = 126;

/**
 * Turns packed frames into WebSocket frames in their own memory: a head is never longer than the size that stands before a packed frame.
 * Returns a view of `packed`, whose contents are gone. Frames of a server are shorter than 64 KiB; throws for a longer one.
 */
export function frameInPlace(packed: PackedFrames): Uint8Array {
  let end = 0;
  for (let offset = 0; offset < packed.length;) {
    const size = frameSizeAt(packed, offset);
    const start = offset + FRAME_SIZE_BYTES;
    offset = start + size;
    if (size >= 2 ** 16) throw new RangeError("a frame for a WebSocket message is too long");
    packed[end++] = FINAL_BINARY;
    if (size < LENGTH_16) packed[end++] = size;
    else {
      packed[end++] = LENGTH_16;
      packed[end++] = size >>> 8;
      packed[end++] = size;
    }
    if (end !== start) packed.copyWithin(end, start, offset);
    end += size;
  }
  return packed.subarray(0, end);
}
