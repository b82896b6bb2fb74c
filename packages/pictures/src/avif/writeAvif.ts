/** Writes an AVIF file of nothing but the given items: `ftyp`, `meta`, `mdat`, always in the same form. */
import { ascii, be16, be32, join } from "../bytes.ts";
import { writeBox, writeFullBox } from "./boxes.ts";
import type { KeptProperties } from "./keepProperties.ts";
import type { Item, Reference } from "./readItems.ts";

const FTYP = writeBox("ftyp", ascii("avif"), be32(0), ascii("avifmif1miaf"));
const HDLR = writeFullBox("hdlr", 0, be32(0), ascii("pict"), new Uint8Array(13));
const MDAT_HEADER_BYTES = 8;

/** The file's parts. Items get the numbers 1, 2, 3 in their order. */
export function writeAvif(
  primary: number,
  items: readonly Item[],
  references: readonly Reference[],
  properties: KeptProperties,
): readonly Uint8Array[] {
  const numbers = new Map(items.map(({ id }, i) => [id, i + 1]));
  const number = (id: number): number => numbers.get(id) ?? 0;
  const meta = (dataAt: number): Uint8Array =>
    writeFullBox(
      "meta",
      0,
      HDLR,
      writeFullBox("pitm", 0, be16(number(primary))),
      writePlaces(items, dataAt),
      writeTypes(items),
      ...writeReferences(references, number),
      writeProperties(items, properties),
    );
  // Places have a fixed width: the second time they are right.
  const dataAt = FTYP.length + meta(0).length + MDAT_HEADER_BYTES;
  const data = items.map((item) => item.data);
  const size = data.reduce((sum, part) => sum + part.length, MDAT_HEADER_BYTES);
  return [FTYP, meta(dataAt), be32(size), ascii("mdat"), ...data];
}

/** `iloc`, version 0: offsets and lengths of four bytes, one extent each. */
function writePlaces(items: readonly Item[], dataAt: number): Uint8Array {
  let at = dataAt;
  const entries = items.map(({ data }, i) => {
    const entry = join([be16(i + 1, 0, 1), be32(at, data.length)]);
    at += data.length;
    return entry;
  });
  return writeFullBox("iloc", 0, be16(0x4400, items.length), ...entries);
}

function writeTypes(items: readonly Item[]): Uint8Array {
  const version2 = 0x0200_0000;
  const entries = items.map(({ type, hidden }, i) =>
    writeFullBox("infe", version2 | (hidden ? 1 : 0), be16(i + 1, 0), ascii(`${type}\0`)),
  );
  return writeFullBox("iinf", 0, be16(items.length), ...entries);
}

function writeReferences(
  references: readonly Reference[],
  number: (id: number) => number,
): readonly Uint8Array[] {
  if (references.length === 0) return [];
  const boxes = references.map(({ type, from, to }) =>
    writeBox(type, be16(number(from), to.length, ...to.map(number))),
  );
  return [writeFullBox("iref", 0, ...boxes)];
}

function writeProperties(items: readonly Item[], { boxes, of }: KeptProperties): Uint8Array {
  const entries = items.map(({ id }, i) => {
    const own = of.get(id) ?? [];
    const indexes = own.map(({ property, essential }) => (property + 1) | (essential ? 0x80 : 0));
    return join([be16(i + 1), Uint8Array.of(indexes.length, ...indexes)]);
  });
  const ipma = writeFullBox("ipma", 0, be32(items.length), ...entries);
  return writeBox("iprp", writeBox("ipco", ...boxes), ipma);
}
