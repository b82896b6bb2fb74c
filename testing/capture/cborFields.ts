/** CBOR bodies (FRM-2) by field: each parser reads one value and says what it is. */
import type { FieldReader } from "./fieldReader.ts";
import { Undocumented } from "./fieldReader.ts";

/** Reads one CBOR value. */
export type CborField = (reader: FieldReader) => void;

const HEAD = "cbor: heads of arrays, byte strings and texts";
const MAJOR_UINT = 0;
const MAJOR_BYTES = 2;
const MAJOR_TEXT = 3;
const MAJOR_ARRAY = 4;
const NULL = 0xf6;
const FALSE = 0xf4;
const TRUE = 0xf5;

/** An unsigned integer; `allowed` names the values that have a meaning. */
export function uintField(field: string, allowed?: readonly number[]): CborField {
  return (reader) => {
    const value = readArgument(reader, field, MAJOR_UINT);
    if (allowed?.includes(value) === false) throw new Undocumented(`${field} is ${value}`);
  };
}

/** A byte string without parts, of exactly `sizeBytes` if given. */
export function bytesField(field: string, sizeBytes?: number): CborField {
  return (reader) => {
    const length = readArgument(reader, HEAD, MAJOR_BYTES);
    if (sizeBytes !== undefined && length !== sizeBytes)
      throw new Undocumented(`${field} has ${length} bytes`);
    reader.take(field, length);
  };
}

/** A byte string that is itself documented. */
export function nestedField(place: string, parse: (part: FieldReader) => void): CborField {
  return (reader) => reader.within(place, readArgument(reader, HEAD, MAJOR_BYTES), parse);
}

export function textField(field: string): CborField {
  return (reader) => void reader.take(field, readArgument(reader, HEAD, MAJOR_TEXT));
}

export function boolField(field: string): CborField {
  return (reader) => {
    const [byte] = reader.take(field, 1);
    if (byte !== FALSE && byte !== TRUE) throw new Undocumented(`${field} is no boolean`);
  };
}

/** The value, or null, which is then counted under the name. */
export function nullableField(field: string, value: CborField): CborField {
  return (reader) => {
    if (reader.peek() === NULL) reader.take(`${field} (null)`, 1);
    else value(reader);
  };
}

/** An array with exactly these values. */
export function tupleField(...fields: readonly CborField[]): CborField {
  return (reader) => {
    const length = readArgument(reader, HEAD, MAJOR_ARRAY);
    if (length !== fields.length) throw new Undocumented(`an array of ${length} instead of ${fields.length}`);
    for (const field of fields) field(reader);
  };
}

/** An array of any number of one kind of value. */
export function listField(item: CborField): CborField {
  return (reader) => {
    const length = readArgument(reader, HEAD, MAJOR_ARRAY);
    for (let i = 0; i < length; i++) item(reader);
  };
}

/** Head and argument, counted under the field. */
function readArgument(reader: FieldReader, field: string, major: number): number {
  const initial = reader.uint(field, 1);
  if (initial >> 5 !== major)
    throw new Undocumented(`${field}: CBOR type ${initial >> 5} instead of ${major}`);
  const info = initial & 31;
  if (info < 24) return info;
  if (info > 27) throw new Undocumented(`${field}: an indefinite length`);
  const high = info === 27 ? reader.uint(field, 4) * 2 ** 32 : 0;
  return high + reader.uint(field, Math.min(1 << (info - 24), 4));
}
