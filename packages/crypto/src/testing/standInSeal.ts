/**
 * The stand-in's toy sealing: bytes that cannot be read or altered by accident. Its hash is a fast one and no secret holds against anyone
 * who tries; no test here does.
 */
import { bytesEqual, concatBytes } from "@sotto/protocol";

const TAG_BYTES = 16;
const MIX_BYTES = 32;

/** A 32-byte value of all inputs and their order; the purpose keeps different uses apart. */
export function mix(purpose: string, ...inputs: readonly Uint8Array[]): Uint8Array {
  const lanes: Lanes = { a: 0x9e3779b9, b: 0x85ebca6b, c: 0xc2b2ae35, d: 0x27d4eb2f };
  for (let i = 0; i < purpose.length; i++) lanes.a = Math.imul(lanes.a ^ purpose.charCodeAt(i), 0x01000193);
  for (const input of inputs) absorb(lanes, input);
  return squeeze(lanes);
}

/** tag || plaintext under a repeating key stream. */
export function toySeal(key: Uint8Array, context: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return concatBytes(tagOf(key, context, plaintext), xor(key, plaintext));
}

/** `undefined` for another key or context, or altered bytes. */
export function toyOpen(key: Uint8Array, context: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const plaintext = xor(key, sealed.slice(TAG_BYTES));
  return bytesEqual(tagOf(key, context, plaintext), sealed.slice(0, TAG_BYTES)) ? plaintext : undefined;
}

function tagOf(key: Uint8Array, context: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return mix("tag", key, context, plaintext).slice(0, TAG_BYTES);
}

/** The key is a mixed value, 32 bytes. */
function xor(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++)
    result[i] = (bytes[i] as number) ^ (key[i & (MIX_BYTES - 1)] as number);
  return result;
}

interface Lanes {
  a: number;
  b: number;
  c: number;
  d: number;
}

/** Four bytes a round, one to each FNV-like lane, which is fed by its neighbour; the length at the end. */
function absorb(lanes: Lanes, input: Uint8Array): void {
  let { a, b, c, d } = lanes;
  const { length } = input;
  for (let i = 0; i < length; i += 4) {
    a = Math.imul(a ^ (input[i] as number) ^ (d >>> 15), 0x01000193);
    b = Math.imul(b ^ (i + 1 < length ? (input[i + 1] as number) : 256) ^ (a >>> 13), 0x5bd1e995);
    c = Math.imul(c ^ (i + 2 < length ? (input[i + 2] as number) : 256) ^ (b >>> 17), 0x2c1b3c6d);
    d = Math.imul(d ^ (i + 3 < length ? (input[i + 3] as number) : 256) ^ (c >>> 11), 0x297a2d39);
  }
  lanes.a = Math.imul(a ^ length, 0x01000193);
  lanes.b = b;
  lanes.c = c;
  lanes.d = d;
}

/** MurmurHash3's finaliser over the lanes, twice around, each word fed by the one before. */
function squeeze({ a, b, c, d }: Lanes): Uint8Array {
  const bytes = new Uint8Array(MIX_BYTES);
  let word = Math.imul(a ^ (b >>> 7), 0x85ebca6b) ^ Math.imul(c ^ (d >>> 9), 0xc2b2ae35);
  for (let i = 0; i < MIX_BYTES; i += 16) {
    put(bytes, i, (word = finalise(word ^ a ^ i)));
    put(bytes, i + 4, (word = finalise(word ^ b)));
    put(bytes, i + 8, (word = finalise(word ^ c)));
    put(bytes, i + 12, (word = finalise(word ^ d)));
  }
  return bytes;
}

function finalise(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}

/** Without a view on the buffer: small arrays without one stay on the heap, which is most of the speed. */
function put(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
  bytes[at + 2] = word >>> 16;
  bytes[at + 3] = word >>> 24;
}
