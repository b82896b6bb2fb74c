/**
 * The CBOR (RFC 8949) profile of every body: unsigned integers up to 2^53-1, byte strings, text, booleans, null and arrays,
 * in the core deterministic encoding (§4.2.1: definite lengths, shortest heads). Maps, tags, floats and negative numbers do not
 * exist here, so there is nothing to pollute and each value has exactly one encoding. Why not a library: docs/decisions/0005-cbor.md.
 */
import { fromUtf8, utf8 } from "./bytes.ts";

export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[];

/** Arrays nest at most this deep. */
export const CBOR_MAX_DEPTH = 8;
/** Values in one encoding, arrays and their items alike: two million empty arrays in 2 MiB would keep a thread busy for 100 ms and more. */
export const CBOR_MAX_VALUES = 65_536;

const MAJOR_UINT = 0;
const MAJOR_BYTES = 2;
const MAJOR_TEXT = 3;
const MAJOR_ARRAY = 4;
const MAJOR_SIMPLE = 7;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;

/** Encodes the value. Throws `RangeError` for a number that is no unsigned safe integer: that is a bug of the caller. */
export function encodeCbor(value: CborValue): Uint8Array {
  const writer = new Writer(sizeBound(value));
  writeValue(writer, value);
  return writer.finish();
}

/** The head of a byte string of that size: what goes before its bytes. */
export function cborBytesHead(sizeBytes: number): Uint8Array {
  const writer = new Writer(1 + argumentWidth(sizeBytes));
  writer.head(MAJOR_BYTES, sizeBytes);
  return writer.finish();
}

/**
 * Decodes exactly one value that fills `bytes`; `undefined` if they are not its deterministic encoding or hold more than `maxValues`.
 * Byte strings are copies, or views of `bytes` for who asks for that: as long as one is held, so is all of the memory behind `bytes`.
 */
export function decodeCbor(
  bytes: Uint8Array,
  maxValues: number = CBOR_MAX_VALUES,
  byteStrings: "copies" | "views" = "copies",
): CborValue | undefined {
  const reader: Reader = { bytes, offset: 0, valuesLeft: maxValues, copies: byteStrings === "copies" };
  const value = readValue(reader, 0);
  return reader.offset === bytes.length ? value : undefined;
}

/** Writes into one buffer that is large enough. */
class Writer {
  readonly #buffer: Uint8Array;
  #size = 0;

  constructor(capacity: number) {
    this.#buffer = new Uint8Array(capacity);
  }

  byte(value: number): void {
    this.#buffer[this.#size++] = value;
  }

  bytes(value: Uint8Array): void {
    this.#buffer.set(value, this.#size);
    this.#size += value.length;
  }

  head(major: number, argument: number): void {
    if (!Number.isSafeInteger(argument) || argument < 0)
      throw new RangeError("CBOR: not an unsigned safe integer");
    const width = argumentWidth(argument);
    this.byte((major << 5) | (width === 0 ? argument : WIDTH_INFO[width]));
    for (let i = width - 1; i >= 0; i--) {
      this.#buffer[this.#size + i] = argument % 256;
      argument = Math.floor(argument / 256);
    }
    this.#size += width;
  }

  finish(): Uint8Array {
    return this.#size === this.#buffer.length ? this.#buffer : this.#buffer.slice(0, this.#size);
  }
}

/** Bytes that follow the initial byte of a head. */
type Width = 0 | 1 | 2 | 4 | 8;
const WIDTH_INFO = { 1: 24, 2: 25, 4: 26, 8: 27 } as const;

function argumentWidth(argument: number): Width {
  if (argument < 24) return 0;
  if (argument < 0x100) return 1;
  if (argument < 0x1_0000) return 2;
  return argument < 0x1_0000_0000 ? 4 : 8;
}

/** At least as many bytes as the value takes; exactly as many unless it holds text. */
function sizeBound(value: CborValue): number {
  if (value === null || typeof value === "boolean") return 1;
  if (typeof value === "number") return 1 + argumentWidth(value);
  // A UTF-16 unit takes at most three bytes of UTF-8.
  const sizeBytes = typeof value === "string" ? 3 * value.length : value.length;
  const head = 1 + argumentWidth(sizeBytes);
  if (typeof value === "string" || value instanceof Uint8Array) return head + sizeBytes;
  let size = head;
  for (const item of value) size += sizeBound(item);
  return size;
}

function writeValue(writer: Writer, value: CborValue): void {
  if (value === null) writer.byte(NULL);
  else if (typeof value === "boolean") writer.byte(value ? TRUE : FALSE);
  else if (typeof value === "number") writer.head(MAJOR_UINT, value);
  else if (typeof value === "string") {
    const encoded = utf8(value);
    writer.head(MAJOR_TEXT, encoded.length);
    writer.bytes(encoded);
  } else if (value instanceof Uint8Array) {
    writer.head(MAJOR_BYTES, value.length);
    writer.bytes(value);
  } else {
    writer.head(MAJOR_ARRAY, value.length);
    for (const item of value) writeValue(writer, item);
  }
}

interface Reader {
  readonly bytes: Uint8Array;
  offset: number;
  valuesLeft: number;
  readonly copies: boolean;
}

function readValue(reader: Reader, depth: number): CborValue | undefined {
  const initial = reader.bytes[reader.offset];
  if (initial === undefined || reader.valuesLeft-- === 0) return undefined;
  const major = initial >> 5;
  if (major === MAJOR_SIMPLE) return readSimple(reader, initial);
  const argument = readArgument(reader, initial & 31);
  if (argument === undefined) return undefined;
  switch (major) {
    case MAJOR_UINT:
      return argument;
    case MAJOR_BYTES: {
      const span = readSpan(reader, argument);
      return reader.copies ? span?.slice() : span;
    }
    case MAJOR_TEXT: {
      const span = readSpan(reader, argument);
      return span && fromUtf8(span);
    }
    case MAJOR_ARRAY:
      return readArray(reader, argument, depth);
    default:
      return undefined;
  }
}

function readSimple(reader: Reader, initial: number): CborValue | undefined {
  reader.offset++;
  if (initial === NULL) return null;
  if (initial === TRUE) return true;
  return initial === FALSE ? false : undefined;
}

function readArgument(reader: Reader, info: number): number | undefined {
  reader.offset++;
  if (info < 24) return info;
  if (info > 27) return undefined;
  const width = 1 << (info - 24);
  const end = reader.offset + width;
  if (end > reader.bytes.length) return undefined;
  let argument = 0;
  while (reader.offset < end) argument = argument * 256 + (reader.bytes[reader.offset++] as number);
  const smallest = width === 1 ? 24 : 2 ** (4 * width);
  return Number.isSafeInteger(argument) && argument >= smallest ? argument : undefined;
}

function readSpan(reader: Reader, size: number): Uint8Array | undefined {
  if (size > reader.bytes.length - reader.offset) return undefined;
  const span = reader.bytes.subarray(reader.offset, reader.offset + size);
  reader.offset += size;
  return span;
}

function readArray(reader: Reader, length: number, depth: number): CborValue | undefined {
  // Each item takes at least one byte, so a longer claim cannot be true; checked before anything is allocated.
  if (depth >= CBOR_MAX_DEPTH || length > reader.bytes.length - reader.offset) return undefined;
  const items: CborValue[] = [];
  for (let i = 0; i < length; i++) {
    const item = readValue(reader, depth + 1);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}
