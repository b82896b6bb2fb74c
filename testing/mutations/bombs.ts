/** Inputs at a parser's limit of size that are cheap to make and dear to read: nested, many-fielded, long. */
import { utf8 } from "@sotto/protocol";

/** Each fills `maxBytes` or a little less. `sample` is a valid input, whose beginning some of them have. */
export function bombsOf(sample: Uint8Array, maxBytes: number): readonly Uint8Array[] {
  const fill = (byte: number): Uint8Array => new Uint8Array(maxBytes).fill(byte);
  const text = (unit: string, around = ["", ""]): Uint8Array => {
    const [before = "", after = ""] = around;
    const room = maxBytes - before.length - after.length;
    return utf8(before + unit.repeat(Math.floor(room / unit.length)) + after);
  };
  const behind = fill(0);
  behind.set(sample.subarray(0, maxBytes));
  return [
    // CBOR: zeros, arrays of one within each other, arrays of 2^32 - 1, byte strings of 2^64 - 1, indefinite ones.
    ...[0x00, 0x81, 0x9a, 0x9f, 0x5b, 0xff].map(fill),
    longArray(maxBytes, 0x00),
    longArray(maxBytes, 0x80),
    // JSON: nesting, many fields, one long string, number, escapes, white space.
    text("["),
    text('{"a":'),
    text("0,", ["[", "0]"]),
    text('"__proto__":{},', ["{", '"a":0}']),
    text("a", ['"', '"']),
    text("9"),
    text("\\u0041", ['"', '"']),
    text(" "),
    text("a", ['{"userName":"', '"}']),
    text("A", ['{"deviceList":"', '"}']),
    text("A", ['{"version":1,"sealed":"', '","wrapExport":"AA","wrapRecovery":null}']),
    text("A"),
    behind,
  ];
}

/** A CBOR array of as many items of one byte as fit. */
function longArray(maxBytes: number, item: number): Uint8Array {
  const bytes = new Uint8Array(maxBytes).fill(item);
  bytes[0] = 0x9a;
  new DataView(bytes.buffer).setUint32(1, maxBytes - 5);
  return bytes;
}
