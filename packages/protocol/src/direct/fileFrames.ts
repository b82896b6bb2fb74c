/**
 * Frames on the data channel "sotto files" between two devices (FIL-10): a fixed head of big-endian integers and, in a chunk, bytes up to the
 * end. Not CBOR, because a gigabyte is 17,000 of them: reading one copies nothing. The receiver asks for leaves and says when it wants no more;
 * the sender sends what it was asked for, leaf after leaf, chunk after chunk.
 */
import { concatBytes } from "../bytes.ts";
import { chunkCount, MAX_PARCEL_BYTES } from "../fileLayout.ts";
import type { LeafRange } from "../haveBitmap.ts";
import type { TransferId } from "../ids.ts";
import { idBytes, idOf } from "../ids.ts";
import { FILE_CHUNK_BYTES, ID_BYTES, MAX_FILE_LEAVES, MAX_LEAVES_ASKED } from "../limits.ts";

/** The receiver wants these leaves, behind those that it has asked for before. */
export interface FileRequestFrame extends LeafRange {
  readonly type: "request";
  readonly transfer: TransferId;
  /** How many leaves it has: for the sender to show. */
  readonly held: number;
}

/** A part of a leaf's parcel. How long it has to be follows from the file's size (`chunkBytes`); the receiver checks it. */
export interface FileChunkFrame {
  readonly type: "chunk";
  readonly transfer: TransferId;
  readonly leaf: number;
  readonly chunk: number;
  /** Of a decoded frame a view of the frame's bytes. */
  readonly bytes: Uint8Array;
}

/**
 * done: the receiver has all of it · cancelled: by a person · unknown: no such file here, or not any more · changed: the sender's file is not what it
 * was · failed: it cannot be read, or written · invalid: a parcel did not verify, or a frame broke the rules.
 */
export type FileEndReason = "done" | "cancelled" | "unknown" | "changed" | "failed" | "invalid";

export interface FileEndFrame {
  readonly type: "end";
  readonly transfer: TransferId;
  readonly reason: FileEndReason;
}

export type FileFrame =
  | FileRequestFrame
  | FileChunkFrame
  /** pause: of either side; what was asked for is forgotten. resume: of the side that has paused; the receiver asks anew. */
  | { readonly type: "pause" | "resume"; readonly transfer: TransferId }
  | FileEndFrame;

const TYPE = { request: 1, chunk: 2, pause: 3, resume: 4, end: 5 } as const;
const REASONS: readonly FileEndReason[] = ["done", "cancelled", "unknown", "changed", "failed", "invalid"];

/** Type and transfer, which every frame begins with. */
const HEAD_BYTES = 1 + ID_BYTES;
const REQUEST_BYTES = HEAD_BYTES + 4 + 4 + 1;
const CHUNK_HEAD_BYTES = HEAD_BYTES + 4 + 1;
/** A full chunk with its head. */
export const MAX_FILE_FRAME_BYTES: number = CHUNK_HEAD_BYTES + FILE_CHUNK_BYTES;
const MAX_CHUNKS = chunkCount(MAX_PARCEL_BYTES);

/**
 * The frame's bytes, at the beginning of `room` if it is given: `MAX_FILE_FRAME_BYTES` are enough. Throws `RangeError` for a frame that could not be
 * decoded: a bug of the caller.
 */
export function encodeFileFrame(frame: FileFrame, room?: Uint8Array): Uint8Array {
  const parts = [uintBytes(TYPE[frame.type], 1), idBytes(frame.transfer), ...bodyParts(frame)];
  const bytes = room === undefined ? concatBytes(...parts) : joined(parts, room);
  if (decodeFileFrame(bytes) === undefined) throw new RangeError("no frame of a file");
  return bytes;
}

function joined(parts: readonly Uint8Array[], room: Uint8Array): Uint8Array {
  let length = 0;
  for (const part of parts) {
    room.set(part, length);
    length += part.length;
  }
  return room.subarray(0, length);
}

function bodyParts(frame: FileFrame): readonly Uint8Array[] {
  switch (frame.type) {
    case "request":
      return [uintBytes(frame.first, 4), uintBytes(frame.held, 4), uintBytes(frame.count, 1)];
    case "chunk":
      return [uintBytes(frame.leaf, 4), uintBytes(frame.chunk, 1), frame.bytes];
    case "pause":
    case "resume":
      return [];
    case "end":
      return [uintBytes(REASONS.indexOf(frame.reason), 1)];
  }
}

/** The frame, or `undefined` if the bytes are none: the device then closes the link. */
export function decodeFileFrame(bytes: Uint8Array): FileFrame | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (bytes[0]) {
    case TYPE.request:
      return requestOf(bytes, view);
    case TYPE.chunk:
      return chunkOf(bytes, view);
    case TYPE.pause:
      return bytes.length === HEAD_BYTES ? { type: "pause", transfer: transferOf(bytes) } : undefined;
    case TYPE.resume:
      return bytes.length === HEAD_BYTES ? { type: "resume", transfer: transferOf(bytes) } : undefined;
    case TYPE.end: {
      const reason = bytes.length === HEAD_BYTES + 1 ? REASONS[view.getUint8(HEAD_BYTES)] : undefined;
      return reason && { type: "end", transfer: transferOf(bytes), reason };
    }
    default:
      return undefined;
  }
}

function requestOf(bytes: Uint8Array, view: DataView): FileRequestFrame | undefined {
  if (bytes.length !== REQUEST_BYTES) return undefined;
  const first = view.getUint32(HEAD_BYTES);
  const held = view.getUint32(HEAD_BYTES + 4);
  const count = view.getUint8(HEAD_BYTES + 8);
  const isBounded =
    count >= 1 && count <= MAX_LEAVES_ASKED && first + count <= MAX_FILE_LEAVES && held <= MAX_FILE_LEAVES;
  return isBounded ? { type: "request", transfer: transferOf(bytes), first, count, held } : undefined;
}

function chunkOf(bytes: Uint8Array, view: DataView): FileChunkFrame | undefined {
  const size = bytes.length - CHUNK_HEAD_BYTES;
  if (size < 1 || size > FILE_CHUNK_BYTES) return undefined;
  const leaf = view.getUint32(HEAD_BYTES);
  const chunk = view.getUint8(HEAD_BYTES + 4);
  if (leaf >= MAX_FILE_LEAVES || chunk >= MAX_CHUNKS) return undefined;
  return { type: "chunk", transfer: transferOf(bytes), leaf, chunk, bytes: bytes.subarray(CHUNK_HEAD_BYTES) };
}

function transferOf(bytes: Uint8Array): TransferId {
  return idOf(bytes.subarray(1, HEAD_BYTES));
}

/** Big endian. */
function uintBytes(value: number, size: 1 | 4): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** size) throw new RangeError("no such integer");
  const bytes = new Uint8Array(size);
  for (let i = size - 1; i >= 0; i--) {
    bytes[i] = value;
    value >>>= 8;
  }
  return bytes;
}
