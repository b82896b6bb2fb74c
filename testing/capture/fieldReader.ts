/**
 * Reading bytes by documented fields. A reader gives bytes only together with the name of the field that they are counted under, so
 * nothing can be read without being accounted for; what a parser leaves over is counted as unknown.
 */

/** Bytes that no documented field explains. */
export interface UnknownBytes {
  readonly place: string;
  readonly sizeBytes: number;
  readonly reason: string;
}

/** Bytes per field name, and what fits none. */
export interface Ledger {
  readonly fields: ReadonlyMap<string, number>;
  readonly unknown: readonly UnknownBytes[];
  count(field: string, sizeBytes: number): void;
  countUnknown(unknown: UnknownBytes): void;
}

/** Thrown by parsers when bytes do not have their documented form; caught by {@link attribute}. */
export class Undocumented extends Error {
  override readonly name = "Undocumented";
}

export interface FieldReader {
  readonly ledger: Ledger;
  /** Where the bytes lie, for people. */
  readonly place: string;
  readonly left: number;
  /** The next bytes, counted under the field. Throws {@link Undocumented} if there are fewer. */
  take(field: string, sizeBytes: number): Uint8Array;
  /** A big-endian unsigned integer of at most 6 bytes. */
  uint(field: string, sizeBytes: number): number;
  /** The next byte without reading it. */
  peek(): number | undefined;
  /** All that is left, not read. */
  view(): Uint8Array;
  /** The next bytes as a part of their own: what its parser does not explain is unknown, and what follows is read all the same. */
  within(place: string, sizeBytes: number, parse: (part: FieldReader) => void): void;
  /**
   * Like {@link within} for bytes that stand for others (masked, base64): the others are explained, and what the encoding takes more is
   * counted under `overhead`. `undefined` from `decode` throws {@link Undocumented}.
   */
  recoded(
    place: string,
    sizeBytes: number,
    overhead: string,
    decode: (bytes: Uint8Array) => Uint8Array | undefined,
    parse: (part: FieldReader) => void,
  ): void;
}

export function createLedger(): Ledger {
  const fields = new Map<string, number>();
  const unknown: UnknownBytes[] = [];
  return {
    fields,
    unknown,
    count: (field, sizeBytes) => void fields.set(field, (fields.get(field) ?? 0) + sizeBytes),
    countUnknown: (entry) => void unknown.push(entry),
  };
}

/** Lets the parser explain the bytes, all of them. Returns whether it did. */
export function attribute(
  ledger: Ledger,
  place: string,
  bytes: Uint8Array,
  parse: (reader: FieldReader) => void,
): boolean {
  const reader = readerOf(ledger, place, bytes);
  let reason = "bytes behind the last documented field";
  let failed = false;
  try {
    parse(reader);
  } catch (error) {
    if (!(error instanceof Undocumented)) throw error;
    reason = error.message;
    failed = true;
  }
  if (reader.left > 0) ledger.countUnknown({ place, sizeBytes: reader.left, reason });
  // Read to the end and still not right: the bytes are then counted under fields that they do not have.
  else if (failed) ledger.countUnknown({ place, sizeBytes: bytes.length, reason });
  return reader.left === 0 && !failed;
}

function readerOf(ledger: Ledger, place: string, bytes: Uint8Array): FieldReader {
  let offset = 0;
  function advance(field: string, sizeBytes: number): Uint8Array {
    const end = offset + sizeBytes;
    if (end > bytes.length) throw new Undocumented(`${field} is cut off`);
    const taken = bytes.subarray(offset, end);
    offset = end;
    return taken;
  }
  return {
    ledger,
    place,
    get left() {
      return bytes.length - offset;
    },
    take(field, sizeBytes) {
      const taken = advance(field, sizeBytes);
      ledger.count(field, sizeBytes);
      return taken;
    },
    uint(field, sizeBytes) {
      return this.take(field, sizeBytes).reduce((value, byte) => value * 256 + byte, 0);
    },
    peek: () => bytes[offset],
    view: () => bytes.subarray(offset),
    within(inner, sizeBytes, parse) {
      attribute(ledger, `${place} > ${inner}`, advance(inner, sizeBytes), parse);
    },
    recoded(inner, sizeBytes, overhead, decode, parse) {
      const decoded = decode(bytes.subarray(offset, offset + sizeBytes));
      if (decoded === undefined) throw new Undocumented(`${inner} is not encoded as documented`);
      advance(inner, sizeBytes);
      if (sizeBytes > decoded.length) ledger.count(overhead, sizeBytes - decoded.length);
      attribute(ledger, `${place} > ${inner}`, decoded, parse);
    },
  };
}
