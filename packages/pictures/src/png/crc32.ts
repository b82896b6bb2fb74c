/** The check value of PNG chunks (ISO 3309), eight bytes at a time: pictures are large. */

const TABLES = makeTables();

function makeTables(): readonly Int32Array[] {
  const tables = Array.from({ length: 8 }, () => new Int32Array(256));
  const [first] = tables as [Int32Array];
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    first[i] = value;
  }
  for (let t = 1; t < 8; t++) {
    const [before, table] = [tables[t - 1], tables[t]] as [Int32Array, Int32Array];
    for (let i = 0; i < 256; i++) {
      const value = before[i] as number;
      table[i] = (value >>> 8) ^ (first[value & 0xff] as number);
    }
  }
  return tables;
}

/** Of `bytes` from `from` to `to`, unsigned. */
export function crc32(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as unknown as EightTables;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = -1;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const a = crc ^ view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    crc =
      (t7[a & 0xff] as number) ^
      (t6[(a >>> 8) & 0xff] as number) ^
      (t5[(a >>> 16) & 0xff] as number) ^
      (t4[a >>> 24] as number) ^
      (t3[b & 0xff] as number) ^
      (t2[(b >>> 8) & 0xff] as number) ^
      (t1[(b >>> 16) & 0xff] as number) ^
      (t0[b >>> 24] as number);
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

type Table = Int32Array;
type EightTables = readonly [Table, Table, Table, Table, Table, Table, Table, Table];
