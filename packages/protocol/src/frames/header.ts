/**
 * Fixed binary routing header of every frame (FRM-1), so that a server routes without decoding a body.
 *
 * | offset | size | field |
 * |---|---|---|
 * | 0 | 1 | protocol version, 1 |
 * | 1 | 1 | frame type |
 * | 2 | 2 | flags, big endian |
 * | 4 | 4 | request id, big endian: chosen by the client, echoed in the reply, 0 in pushes |
 * | 8 | 16 | route: group id, account id, or zeros |
 * | 24 | 8 | number, big endian, at most 2^53-1: handshake index, mailbox sequence, or what the type says |
 * | 32 | … | body: one CBOR array |
 */
export const HEADER_BYTES = 32;
export const FRAME_VERSION = 1;

/** Set on the first post to a group after a refusal has been dealt with (RLY-7). */
export const FLAG_RESUME = 1;
const KNOWN_FLAGS = FLAG_RESUME;

export interface FrameHeader {
  readonly type: number;
  readonly flags: number;
  readonly requestId: number;
  /** 16 bytes; of a decoded frame a view. */
  readonly route: Uint8Array;
  readonly number: number;
}

/** The header fields that a frame type uses; the others are zero (FRM-3). */
export interface HeaderUse {
  readonly flags?: true;
  readonly requestId?: true;
  readonly route?: true;
  readonly number?: true;
}

/** True when every field that the type does not use is zero: there is no place for bytes without a meaning. */
export function fitsUse(header: FrameHeader, use: HeaderUse | undefined): boolean {
  return (
    use !== undefined &&
    (use.flags === true || header.flags === 0) &&
    (use.requestId === true || header.requestId === 0) &&
    (use.route === true || header.route.every((byte) => byte === 0)) &&
    (use.number === true || header.number === 0)
  );
}

/** Header and body as one frame. */
export function joinFrame(header: FrameHeader, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + body.length);
  frame[0] = FRAME_VERSION;
  frame[1] = header.type;
  frame[2] = header.flags >>> 8;
  frame[3] = header.flags;
  setUint32(frame, 4, header.requestId);
  frame.set(header.route, 8);
  setFrameNumber(frame, 0, header.number);
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** Writes the request id into the header of the frame that begins at `start`. */
export function setFrameRequestId(bytes: Uint8Array, start: number, requestId: number): void {
  setUint32(bytes, start + 4, requestId);
}

/** Writes the number into the header of the frame that begins at `start`. */
export function setFrameNumber(bytes: Uint8Array, start: number, number: number): void {
  // In two halves: big integers would be made only to be thrown away, twice for every message of a server.
  setUint32(bytes, start + 24, Math.floor(number / 2 ** 32));
  setUint32(bytes, start + 28, number % 2 ** 32);
}

/** The header and a view of the body, or `undefined` for too few bytes, another version, an unknown flag or a number above 2^53-1. */
export function splitFrame(bytes: Uint8Array): { header: FrameHeader; body: Uint8Array } | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== FRAME_VERSION) return undefined;
  const flags = ((bytes[2] as number) << 8) | (bytes[3] as number);
  const number = uint32At(bytes, 24) * 2 ** 32 + uint32At(bytes, 28);
  if ((flags & ~KNOWN_FLAGS) !== 0 || number > Number.MAX_SAFE_INTEGER) return undefined;
  return {
    header: {
      type: bytes[1] as number,
      flags,
      requestId: uint32At(bytes, 4),
      route: bytes.subarray(8, 24),
      number,
    },
    body: bytes.subarray(HEADER_BYTES),
  };
}

// Without a DataView: asked for its buffer, a small array of bytes is moved out of the heap, which costs more than the rest of a frame.

function setUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

function uint32At(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] as number) * 2 ** 24;
  return (
    high + (((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number))
  );
}
