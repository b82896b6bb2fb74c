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
  const encoded = new Uint8Array(8);
  new DataView(encoded.buffer).setBigUint64(0, value);
  return encoded;
}

/** Reads fields one after the other. After the first that is not there `failed` is true, and every value is empty or zero. */
export interface TlsReader {
  readonly failed: boolean;
  readonly offset: number;
  uint8(): number;
  uint16(): number;
  uint32(): number;
  uint64(): bigint;
  /** A view of the next bytes. */
  bytes(size: number): Uint8Array;
  /** A view of `opaque value<V>`; a length not in its shortest form fails (RFC 9420 §2.1.2). */
  vector(): Uint8Array;
}

export function createReader(source: Uint8Array, start = 0): TlsReader {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let offset = start;
  let failed = false;
  /** Where the next field of this size begins, or -1. */
  const claim = (size: number): number => {
    if (failed || size > source.length - offset) {
      failed = true;
      return -1;
    }
    offset += size;
    return offset - size;
  };
  const number = (size: number, read: (at: number) => number): number => {
    const at = claim(size);
    return at < 0 ? 0 : read(at);
  };
  const length = (): number => {
    const first = source[offset];
    const prefix = first === undefined ? 3 : first >> 6;
    if (prefix === 0) return number(1, (at) => view.getUint8(at));
    const value =
      prefix === 1
        ? number(2, (at) => view.getUint16(at) & 0x3fff)
        : prefix === 2
          ? number(4, (at) => view.getUint32(at) & MAX_LENGTH)
          : 0;
    failed ||= prefix === 3 || value < (prefix === 1 ? 64 : 0x4000);
    return value;
  };
  const bytes = (size: number): Uint8Array => {
    const at = claim(size);
    return at < 0 ? source.subarray(0, 0) : source.subarray(at, at + size);
  };
  return {
    get failed() {
      return failed;
    },
    get offset() {
      return offset;
    },
    uint8: () => number(1, (at) => view.getUint8(at)),
    uint16: () => number(2, (at) => view.getUint16(at)),
    uint32: () => number(4, (at) => view.getUint32(at)),
    uint64() {
      const at = claim(8);
      return at < 0 ? 0n : view.getBigUint64(at);
    },
    bytes,
    vector: () => bytes(length()),
  };
}
