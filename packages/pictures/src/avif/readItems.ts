/**
 * The items of a HEIF file (ISO/IEC 23008-12, ISO/IEC 14496-12 §8.11): pictures, tiles, EXIF and XMP are items of one `meta` box, each with a
 * type, places of its bytes, properties, and references to others.
 */
import { isTextAt, join, nameAt, u8 } from "../bytes.ts";
import { MAX_ITEMS, MAX_META_BYTES } from "../limits.ts";
import type { Refusal } from "../walked.ts";
import { refuse } from "../walked.ts";
import type { Box } from "./boxes.ts";
import { readBoxes } from "./boxes.ts";
import { cursorOver } from "./cursor.ts";

export interface Association {
  /** Place in `properties`, from 0. */
  readonly property: number;
  readonly essential: boolean;
}

export interface Item {
  readonly id: number;
  readonly type: string;
  readonly hidden: boolean;
  readonly data: Uint8Array;
  readonly properties: readonly Association[];
}

export interface Reference {
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

export interface Items {
  readonly primary: number;
  /** In the order of the file. */
  readonly items: ReadonlyMap<number, Item>;
  readonly references: readonly Reference[];
  readonly properties: readonly Box[];
}

/** Boxes inside one other. A grid of 256 tiles has about ten properties, and two references. */
const MAX_BOXES = 1024;

/** Reads what `meta` (its content, with version and flags) says about the items of the file. */
export function readItems(file: Uint8Array, meta: Uint8Array): Items | Refusal {
  if (meta.length > MAX_META_BYTES) return refuse("tooLarge");
  const boxes = readBoxes(meta, 4, MAX_BOXES);
  if (boxes === undefined) return refuse("damaged");
  const byName = new Map(boxes.map((box) => [box.name, box.data]));
  const [hdlr, pitm, iinf, iloc, iprp] = ["hdlr", "pitm", "iinf", "iloc", "iprp"].map((name) =>
    byName.get(name),
  );
  if (byName.size !== boxes.length || !hdlr || !pitm || !iinf || !iloc || !iprp) return refuse("damaged");
  if (!isTextAt(hdlr, 8, "pict")) return refuse("unsupported");
  const types = readTypes(iinf);
  if ("problem" in types) return types;
  const places = readPlaces(file, byName.get("idat"), iloc);
  if ("problem" in places) return places;
  const properties = readProperties(iprp);
  const references = readReferences(byName.get("iref"));
  if (properties === undefined || references === undefined) return refuse("damaged");
  const items = new Map<number, Item>();
  for (const [id, { type, hidden }] of types) {
    const data = places.get(id) ?? new Uint8Array();
    items.set(id, { id, type, hidden, data, properties: properties.of.get(id) ?? [] });
  }
  const primary = cursorOver(pitm, 4).take(u8(pitm, 0) === 0 ? 2 : 4);
  return { primary, items, references, properties: properties.boxes };
}

type Types = ReadonlyMap<number, { readonly type: string; readonly hidden: boolean }>;

/** `iinf` and its entries of version 2 or 3; earlier ones tell no type. */
function readTypes(iinf: Uint8Array): Types | Refusal {
  const entries = readBoxes(iinf, u8(iinf, 0) === 0 ? 6 : 8, MAX_ITEMS);
  if (entries === undefined) return refuse("damaged");
  const types = new Map<number, { readonly type: string; readonly hidden: boolean }>();
  for (const { name, data } of entries) {
    const version = u8(data, 0);
    if (name !== "infe" || version < 2 || version > 3) return refuse("unsupported");
    const cursor = cursorOver(data, 4);
    const id = cursor.take(version === 2 ? 2 : 4);
    const isProtected = cursor.take(2) !== 0;
    const type = nameAt(data, cursor.position());
    cursor.take(4);
    if (isProtected) return refuse("unsupported");
    if (cursor.isPast() || types.has(id)) return refuse("damaged");
    types.set(id, { type, hidden: (u8(data, 3) & 1) !== 0 });
  }
  return types;
}

/** `iloc`: where the bytes of each item lie. All together can be no more than the file, or one place would serve many items. */
function readPlaces(
  file: Uint8Array,
  idat: Uint8Array | undefined,
  iloc: Uint8Array,
): ReadonlyMap<number, Uint8Array> | Refusal {
  const version = u8(iloc, 0);
  if (version > 2) return refuse("unsupported");
  const cursor = cursorOver(iloc, 4);
  const sizes = cursor.take(2);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15] as const;
  const indexSize = version === 0 ? 0 : sizes & 15;
  if (
    ![offsetSize, lengthSize, baseSize, indexSize].every((size) => size === 0 || size === 4 || size === 8)
  ) {
    return refuse("damaged");
  }
  const count = cursor.take(version < 2 ? 2 : 4);
  if (count > MAX_ITEMS) return refuse("tooLarge");
  const places = new Map<number, Uint8Array>();
  let total = 0;
  for (let i = 0; i < count; i++) {
    const id = cursor.take(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : cursor.take(2) & 15;
    const source = method === 0 ? file : method === 1 ? idat : undefined;
    const isElsewhere = cursor.take(2) !== 0;
    const base = cursor.take(baseSize);
    const extents = cursor.take(2);
    if (source === undefined || isElsewhere) return refuse("unsupported");
    if (extents > MAX_ITEMS) return refuse("tooLarge");
    const parts: Uint8Array[] = [];
    for (let e = 0; e < extents; e++) {
      cursor.take(indexSize);
      const from = base + cursor.take(offsetSize);
      const length = cursor.take(lengthSize);
      total += length;
      if (from + length > source.length) return refuse("truncated");
      if (length === 0 || cursor.isPast() || total > file.length) return refuse("damaged");
      parts.push(source.subarray(from, from + length));
    }
    if (cursor.isPast() || places.has(id)) return refuse("damaged");
    places.set(id, parts.length === 1 ? (parts[0] as Uint8Array) : join(parts));
  }
  return places;
}

/** `iref`: an item points at others, as a grid at its tiles. */
function readReferences(iref: Uint8Array | undefined): readonly Reference[] | undefined {
  if (iref === undefined) return [];
  const idSize = u8(iref, 0) === 0 ? 2 : 4;
  return readBoxes(iref, 4, MAX_BOXES)?.map(({ name, data }) => {
    const cursor = cursorOver(data, 0);
    const from = cursor.take(idSize);
    const count = Math.min(cursor.take(2), Math.floor(data.length / idSize));
    return { type: name, from, to: Array.from({ length: count }, () => cursor.take(idSize)) };
  });
}

interface Properties {
  readonly boxes: readonly Box[];
  readonly of: ReadonlyMap<number, readonly Association[]>;
}

/** `iprp`: the properties (`ipco`), and which of them each item has (`ipma`). */
function readProperties(iprp: Uint8Array): Properties | undefined {
  const [container, ...maps] = readBoxes(iprp, 0, MAX_BOXES) ?? [];
  if (container?.name !== "ipco" || maps.some(({ name }) => name !== "ipma")) return undefined;
  const boxes = readBoxes(container.data, 0, MAX_BOXES);
  if (boxes === undefined) return undefined;
  const of = new Map<number, readonly Association[]>();
  for (const { data } of maps) if (!readAssociations(data, boxes.length, of)) return undefined;
  return { boxes, of };
}

function readAssociations(
  ipma: Uint8Array,
  properties: number,
  of: Map<number, readonly Association[]>,
): boolean {
  const idSize = u8(ipma, 0) === 0 ? 2 : 4;
  const indexSize = (u8(ipma, 3) & 1) === 0 ? 1 : 2;
  const topBit = indexSize === 1 ? 0x80 : 0x8000;
  const cursor = cursorOver(ipma, 4);
  const count = cursor.take(4);
  for (let i = 0; i < count; i++) {
    const id = cursor.take(idSize);
    const associations: Association[] = [];
    for (let left = cursor.take(1); left > 0; left--) {
      const value = cursor.take(indexSize);
      const index = value & (topBit - 1);
      // 0 says that there is none.
      if (index === 0) continue;
      if (index > properties) return false;
      associations.push({ property: index - 1, essential: value >= topBit });
    }
    if (cursor.isPast() || of.has(id)) return false;
    of.set(id, associations);
  }
  return true;
}
