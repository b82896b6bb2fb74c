/**
 * Encoded mailbox entries in one array of bytes, each behind its size in 4 bytes, big endian: so they are made, stored, handed between threads
 * and told of. An object for each of them would cost more than all the rest that is done with it.
 */
export type PackedFrames = Uint8Array;

/** Before each frame. */
export const FRAME_SIZE_BYTES = 4;

export function packFrames(frames: readonly Uint8Array[]): PackedFrames {
  const packed = new Uint8Array(frames.reduce((size, frame) => size + FRAME_SIZE_BYTES + frame.length, 0));
  const view = new DataView(packed.buffer);
  let offset = 0;
  for (const frame of frames) {
    view.setUint32(offset, frame.length);
    packed.set(frame, offset + FRAME_SIZE_BYTES);
    offset += FRAME_SIZE_BYTES + frame.length;
  }
  return packed;
}

/** The frame so many times. */
export function repeatFrame(frame: Uint8Array, count: number): PackedFrames {
  const once = packFrames([frame]);
  const packed = new Uint8Array(count * once.length);
  for (let offset = 0; offset < packed.length; offset += once.length) packed.set(once, offset);
  return packed;
}

/** Size of the frame whose size field is at the offset. */
export function frameSizeAt(packed: PackedFrames, offset: number): number {
  const high = (packed[offset] ?? 0) * 2 ** 24;
  return (
    high + (((packed[offset + 1] ?? 0) << 16) | ((packed[offset + 2] ?? 0) << 8) | (packed[offset + 3] ?? 0))
  );
}

/** The frames, views of `packed`. Throws for bytes that are no packed frames. */
export function unpackFrames(packed: PackedFrames): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < packed.length;) {
    const start = offset + FRAME_SIZE_BYTES;
    offset = start + frameSizeAt(packed, offset);
    if (offset > packed.length) throw new Error("packed frames are cut off");
    frames.push(packed.subarray(start, offset));
  }
  return frames;
}

/** How many frames there are, and their bytes without what packing adds. */
export function measureFrames(packed: PackedFrames): { readonly entries: number; readonly bytes: number } {
  let entries = 0;
  for (let offset = 0; offset < packed.length; entries++)
    offset += FRAME_SIZE_BYTES + frameSizeAt(packed, offset);
  return { entries, bytes: packed.length - entries * FRAME_SIZE_BYTES };
}
