/** The presentation language of RFC 9420 §2.1, as far as our own message path needs it: vectors and a reader that takes one encoding only. */
import { concatBytes } from "@sotto/protocol";

/** RFC 9420 §2.1.2: lengths of 1, 2 or 4 bytes; what a longer one would announce does not exist. */
const MAX_LENGTH = 0x3fff_ffff;

/** `opaque value<V>`: the bytes after their length. */
export function encodeVector(bytes: Uint8Array): Uint8Array {
  return concatBytes(encodeLength(bytes.length), bytes);
}

/** The length of a vector in its shortest form. */
export function encodeLength(length: number): Uint8Array {
  if (length < 0x40) return Uint8Array.of(length);
  if (length < 0x4000) return Uint8Array.of(0x40 | (length >> 8), length & 0xff);
  if (length > MAX_LENGTH) throw new RangeError("a vector has less than 2^30 bytes");
  return encodeUint32(0x8000_0000 + length);
}

export function encodeUint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

export function encodeUint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
}

export function encodeUint64(value: bigint): Uint8Array {
  return concatBytes(encodeUint32(Number(value >> 32n)), encodeUint32(Number(value & 0xffff_ffffn)));
}

/** Reads fields one after the other. After the first that is not there `failed` is true, and every value is empty or zero. */
export class TlsReader {
  readonly #source: Uint8Array;
  #offset: number;
  #failed = false;

  constructor(source: Uint8Array, start = 0) {
    this.#source = source;
    this.#offset = start;
  }

  get offset(): number {
    return this.#offset;
  }

  get failed(): boolean {
    return this.#failed;
  }

  uint8(): number {
    return this.#number(1);
  }

  uint16(): number {
    return this.#number(2);
  }

  uint32(): number {
    return this.#number(4);
  }

  uint64(): bigint {
    const high = this.#number(4);
    return (BigInt(high) << 32n) | BigInt(this.#number(4));
  }

  /** A view of the next bytes. */
  bytes(size: number): Uint8Array {
    const from = this.#claim(size) ? this.#offset - size : this.#offset;
    return this.#source.subarray(from, this.#failed ? from : this.#offset);
  }

  /** A view of `opaque value<V>`; a length not in its shortest form fails (RFC 9420 §2.1.2). */
  vector(): Uint8Array {
    return this.bytes(this.#length());
  }

  #claim(size: number): boolean {
    this.#failed ||= size > this.#source.length - this.#offset;
    if (!this.#failed) this.#offset += size;
    return !this.#failed;
  }

  #number(size: number): number {
    if (!this.#claim(size)) return 0;
    let value = 0;
    for (let at = this.#offset - size; at < this.#offset; at++)
      value = value * 256 + (this.#source[at] as number);
    return value;
  }

  #length(): number {
    const prefix = (this.#source[this.#offset] ?? 0xff) >> 6;
    if (prefix === 0) return this.uint8();
    if (prefix === 1) return this.#atLeast(0x40, this.uint16() - 0x4000);
    if (prefix === 2) return this.#atLeast(0x4000, this.uint32() - 0x8000_0000);
    this.#failed = true;
    return 0;
  }

  #atLeast(smallest: number, length: number): number {
    this.#failed ||= length < smallest;
    return this.#failed ? 0 : length;
  }
}
