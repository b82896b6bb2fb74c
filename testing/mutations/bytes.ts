/**
 * Alterations of a valid encoding that know nothing of its meaning but the length prefixes of MLS vectors (RFC 9420 §2.1.2): what noise,
 * a broken relay or somebody who tries makes of it.
 */
import type { Random } from "../sim/random.ts";

const MAX_RUN_BYTES = 32;
/** Lengths that decoders stumble over: around the boundaries of the prefix, and far beyond every message. */
const AWKWARD_LENGTHS = [0, 1, 63, 64, 255, 256, 16_383, 16_384, 65_536, 2 ** 24, 2 ** 30 - 1];
/** Bytes with a meaning of their own. */
const AWKWARD_BYTES = [0x00, 0xff, 0x7f, 0x80, 0x40, 0xc0];

type Alteration = (bytes: Uint8Array, others: readonly Uint8Array[], random: Random) => Uint8Array;

/** A vector as its prefix says; it need not be one. */
interface Vector {
  readonly at: number;
  readonly prefixBytes: number;
  readonly length: number;
}

const BYTE_ALTERATIONS: Readonly<Record<string, Alteration>> = {
  flipBits: (bytes, _, random) => {
    const copy = bytes.slice();
    for (let flips = random.between(1, 3); flips > 0; flips--) {
      const at = random.between(0, copy.length - 1);
      copy[at] = (copy[at] as number) ^ (1 << random.between(0, 7));
    }
    return copy;
  },
  changeRun: (bytes, _, random) => {
    const [from, to] = run(bytes.length, random);
    const value = random.chance(0.5) ? random.pick(AWKWARD_BYTES) : undefined;
    const noise = random.bytes(to - from);
    const copy = bytes.slice();
    copy.set(value === undefined ? noise : noise.fill(value), from);
    return copy;
  },
  removeRun: (bytes, _, random) => {
    const [from, to] = run(bytes.length, random);
    return join(bytes.subarray(0, from), bytes.subarray(to));
  },
  insertRun: (bytes, _, random) => {
    const at = random.between(0, bytes.length);
    return join(bytes.subarray(0, at), random.bytes(random.between(1, MAX_RUN_BYTES)), bytes.subarray(at));
  },
  truncate: (bytes, _, random) => bytes.slice(0, random.between(0, bytes.length - 1)),
  extend: (bytes, others, random) => {
    const other = random.pick([...others, bytes]);
    const tail = random.pick([
      random.bytes(random.between(1, 64)),
      new Uint8Array(random.between(1, 64)),
      other,
    ]);
    return join(bytes, tail);
  },
  splice: (bytes, others, random) => {
    const other = random.pick([...others, bytes]);
    const [from, to] = run(bytes.length, random, bytes.length);
    const at = random.chance(0.5) ? Math.min(from, other.length) : random.between(0, other.length);
    return join(bytes.subarray(0, from), other.subarray(at, at + to - from), bytes.subarray(to));
  },
  crossOver: (bytes, others, random) => {
    const other = random.pick([...others, bytes]);
    const at = random.between(0, Math.min(bytes.length, other.length));
    return join(bytes.subarray(0, at), other.subarray(at));
  },
  changeLength: (bytes, _, random) => {
    const vector = random.pick(vectorsOf(bytes));
    const { at, prefixBytes, length } = vector;
    const claimed = random.pick([length + 1, Math.max(0, length - 1), ...AWKWARD_LENGTHS]);
    return join(bytes.subarray(0, at), lengthPrefix(claimed), bytes.subarray(at + prefixBytes));
  },
  /** Right length in more bytes than it needs: RFC 9420 §2.1.2 forbids it. */
  widenLength: (bytes, _, random) => {
    const { at, prefixBytes, length } = random.pick(vectorsOf(bytes));
    return join(bytes.subarray(0, at), lengthPrefix(length, 4), bytes.subarray(at + prefixBytes));
  },
  /** A vector twice, and once more with the vector around it grown to hold both. */
  duplicateVector: (bytes, _, random) => {
    const vectors = vectorsOf(bytes);
    const inner = random.pick(vectors);
    const end = endOf(inner);
    const twice = join(bytes.subarray(0, end), bytes.subarray(inner.at, end), bytes.subarray(end));
    const around = vectors.filter(({ at }) => at < inner.at).filter((outer) => endOf(outer) >= end);
    if (around.length === 0 || random.chance(0.3)) return twice;
    const { at, prefixBytes, length } = random.pick(around);
    const grown = lengthPrefix(length + end - inner.at);
    return join(twice.subarray(0, at), grown, twice.subarray(at + prefixBytes));
  },
  swapRuns: (bytes, _, random) => {
    const cuts = Array.from({ length: 4 }, () => random.between(0, bytes.length)).toSorted((a, b) => a - b);
    const [a, b, c, d] = cuts as [number, number, number, number];
    const parts = [bytes.subarray(0, a), bytes.subarray(c, d), bytes.subarray(b, c), bytes.subarray(a, b)];
    return join(...parts, bytes.subarray(d));
  },
};

/** Names of the kinds, as a report shows them. */
export const BYTE_KINDS: readonly string[] = Object.keys(BYTE_ALTERATIONS);

/**
 * One alteration of the kind, and now and then another on top. It may give the same bytes back: whoever feeds it compares. `others` are
 * valid encodings to take parts from.
 */
export function alterBytes(
  kind: string,
  bytes: Uint8Array,
  others: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  const alter = BYTE_ALTERATIONS[kind];
  if (alter === undefined) throw new RangeError(`no alteration ${kind}`);
  const altered = alter(bytes, others, random);
  return altered.length > 0 && random.chance(0.1)
    ? alterBytes(random.pick(BYTE_KINDS), altered, others, random)
    : altered;
}

/** Wherever a length prefix fits what follows it. There is always one: the last resort is the whole. */
function vectorsOf(bytes: Uint8Array): readonly Vector[] {
  const found: Vector[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const first = bytes[at] as number;
    const prefixBytes = [1, 2, 4, 0][first >> 6] as number;
    if (prefixBytes === 0 || at + prefixBytes > bytes.length) continue;
    let length = first & 0x3f;
    for (let i = 1; i < prefixBytes; i++) length = length * 256 + (bytes[at + i] as number);
    if (length > 0 && at + prefixBytes + length <= bytes.length) found.push({ at, prefixBytes, length });
  }
  return found.length > 0 ? found : [{ at: 0, prefixBytes: 0, length: bytes.length }];
}

function endOf({ at, prefixBytes, length }: Vector): number {
  return at + prefixBytes + length;
}

/** Shortest form unless more bytes are asked for. */
function lengthPrefix(length: number, bytes = length < 64 ? 1 : length < 16_384 ? 2 : 4): Uint8Array {
  const prefix = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) prefix[bytes - 1 - i] = Math.floor(length / 256 ** i) & 0xff;
  prefix[0] = ((prefix[0] as number) & 0x3f) | ({ 1: 0, 2: 0x40, 4: 0x80 }[bytes] ?? 0);
  return prefix;
}

function run(length: number, random: Random, most = MAX_RUN_BYTES): readonly [from: number, to: number] {
  const from = random.between(0, length - 1);
  return [from, Math.min(length, from + random.between(1, most))];
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
