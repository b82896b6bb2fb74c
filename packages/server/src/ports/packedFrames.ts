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

/** The frames, views of `packed`. Throws for bytes that are no packed frames. */
export function unpackFrames(packed: PackedFrames): readonly Uint8Array[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < packed.length;) {
    const start = offset + FRAME_SIZE_BYTES;
    offset = start + view.getUint32(offset);
    if (offset > packed.length) throw new Error("packed frames are cut off");
    frames.push(packed.subarray(start, offset));
  }
  return frames;
}

/** How many frames there are, and their bytes without what packing adds. */
export function measureFrames(packed: PackedFrames): { readonly entries: number; readonly bytes: number } {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  let entries = 0;
  for (let offset = 0; offset < packed.length; entries++) offset += FRAME_SIZE_BYTES + view.getUint32(offset);
  return { entries, bytes: packed.length - entries * FRAME_SIZE_BYTES };
}
