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
  /** 16 bytes. */
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
  const view = new DataView(frame.buffer);
  frame[0] = FRAME_VERSION;
  frame[1] = header.type;
  view.setUint16(2, header.flags);
  view.setUint32(4, header.requestId);
  frame.set(header.route, 8);
  setNumber(view, header.number);
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** Copies of the frames with other numbers in their headers, which count up from `first`; views of one piece of memory. */
export function withNumbers(frames: readonly Uint8Array[], first: number): readonly Uint8Array[] {
  const all = new Uint8Array(frames.reduce((size, { length }) => size + length, 0));
  const view = new DataView(all.buffer);
  let offset = 0;
  return frames.map((frame, i) => {
    all.set(frame, offset);
    setNumber(view, first + i, offset);
    const start = offset;
    offset += frame.length;
    return all.subarray(start, offset);
  });
}

/** 64 bits in two halves: big integers would be made only to be thrown away, twice for every message of a server. */
function setNumber(view: DataView, number: number, frameStart = 0): void {
  view.setUint32(frameStart + 24, Math.floor(number / 2 ** 32));
  view.setUint32(frameStart + 28, number % 2 ** 32);
}

/** The header and a view of the body, or `undefined` for too few bytes, another version, an unknown flag or a number above 2^53-1. */
export function splitFrame(bytes: Uint8Array): { header: FrameHeader; body: Uint8Array } | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== FRAME_VERSION) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const flags = view.getUint16(2);
  const number = view.getUint32(24) * 2 ** 32 + view.getUint32(28);
  if ((flags & ~KNOWN_FLAGS) !== 0 || number > Number.MAX_SAFE_INTEGER) return undefined;
  return {
    header: {
      type: bytes[1] as number,
      flags,
      requestId: view.getUint32(4),
      route: bytes.slice(8, 24),
      number,
    },
    body: bytes.subarray(HEADER_BYTES),
  };
}
