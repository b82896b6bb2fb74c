/**
 * AV1 bitstreams (AV1 Bitstream & Decoding Process Specification, §5.3 to §5.5): a sequence of units. Those that draw stay byte for byte;
 * metadata and padding units go. The sequence header tells the largest frame that a decoder makes room for.
 */
import { join, u8 } from "../bytes.ts";

const SEQUENCE_HEADER = 1;
const METADATA = 5;
const TILE_LIST = 8;
const PADDING = 15;
/** Of one item: a header, a frame, and tiles if they are units of their own. */
const MAX_UNITS = 512;

export interface Stream {
  readonly data: Uint8Array;
  readonly isShorter: boolean;
  /** Of the largest frame. */
  readonly width: number;
  readonly height: number;
}

/** Undefined if the bytes are not whole units with a sequence header. */
export function readStream(bytes: Uint8Array): Stream | undefined {
  const kept: Uint8Array[] = [];
  let [width, height, keptBytes] = [0, 0, 0];
  let at = 0;
  for (let units = 0; at < bytes.length; units++) {
    const type = (u8(bytes, at) >> 3) & 15;
    const payload = payloadOf(bytes, at);
    if (units >= MAX_UNITS || payload === undefined) return undefined;
    const [from, to] = payload;
    if (type === SEQUENCE_HEADER) {
      const size = frameSize(bytes.subarray(from, to));
      if (size === undefined) return undefined;
      width = Math.max(width, size[0]);
      height = Math.max(height, size[1]);
    }
    if (isDrawn(type)) {
      kept.push(bytes.subarray(at, to));
      keptBytes += to - at;
    }
    at = to;
  }
  if (width === 0 || height === 0) return undefined;
  const isShorter = keptBytes < bytes.length;
  return { data: isShorter ? join(kept) : bytes, isShorter, width, height };
}

function isDrawn(type: number): boolean {
  return type !== METADATA && type !== PADDING && type > 0 && type < TILE_LIST;
}

/** From and to of a unit's content: header, perhaps an extension, perhaps a length (leb128). */
function payloadOf(bytes: Uint8Array, at: number): readonly [from: number, to: number] | undefined {
  const header = u8(bytes, at);
  // The first bit is forbidden, the last reserved: a decoder may take them for anything.
  if ((header & 0x81) !== 0) return undefined;
  let from = at + ((header & 4) === 0 ? 1 : 2);
  if ((header & 2) === 0) return from <= bytes.length ? [from, bytes.length] : undefined;
  let length = 0;
  for (let i = 0; i < 8; i++) {
    const byte = u8(bytes, from++);
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return from + length <= bytes.length ? [from, from + length] : undefined;
  }
  return undefined;
}

/** Width and height of the sequence header (§5.5.1). */
function frameSize(header: Uint8Array): readonly [width: number, height: number] | undefined {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value = value * 2 + ((u8(header, at >> 3) >> (7 - (at & 7))) & 1);
    return value;
  };
  bits(4);
  const isReduced = bits(1) === 1;
  if (isReduced) bits(5);
  else skipTiming(bits);
  const [widthBits, heightBits] = [bits(4) + 1, bits(4) + 1];
  const size = [bits(widthBits) + 1, bits(heightBits) + 1] as const;
  return at <= 8 * header.length ? size : undefined;
}

/** What an animation may say of its speed, before the size. */
function skipTiming(bits: (count: number) => number): void {
  let delayBits = 0;
  let hasModel = false;
  if (bits(1) === 1) {
    bits(64);
    if (bits(1) === 1) skipVariable(bits);
    hasModel = bits(1) === 1;
    if (hasModel) {
      delayBits = bits(5) + 1;
      bits(42);
    }
  }
  const hasDelay = bits(1) === 1;
  for (let points = bits(5) + 1; points > 0; points--) {
    bits(12);
    if (bits(5) > 7) bits(1);
    if (hasModel && bits(1) === 1) bits(2 * delayBits + 1);
    if (hasDelay && bits(1) === 1) bits(4);
  }
}

/** uvlc (§4.10.3): as many bits as zeros came before. */
function skipVariable(bits: (count: number) => number): void {
  let zeros = 0;
  while (zeros < 32 && bits(1) === 0) zeros++;
  if (zeros < 32) bits(zeros);
}
