/**
 * AVIF (AV1 Image File Format; ISO/IEC 23008-12): the picture's items are taken out and put into a file that is written anew, so that nothing
 * comes along that no rule here names: no other item, no box, no byte between. Coded frames stay byte for byte.
 */
import { nameAt, u32, u8 } from "../bytes.ts";
import type { Refusal, Removed, Walked } from "../walked.ts";
import { isRefusal, refuse } from "../walked.ts";
import type { Stream } from "./av1.ts";
import { readStream } from "./av1.ts";
import { readBoxes } from "./boxes.ts";
import type { Chosen } from "./choose.ts";
import { chooseItems, gridSize } from "./choose.ts";
import { keepProperties } from "./keepProperties.ts";
import type { Items } from "./readItems.ts";
import { readItems } from "./readItems.ts";
import { writeAvif } from "./writeAvif.ts";

const MAX_TOP_BOXES = 256;
const BRANDS: ReadonlySet<string> = new Set(["avif", "avis"]);
const HEIC_BRANDS: ReadonlySet<string> = new Set([
  "heic",
  "heix",
  "heim",
  "heis",
  "hevc",
  "hevx",
  "mif1",
  "msf1",
]);
/** Space, which says nothing and is not told of. */
const EMPTY: ReadonlySet<string> = new Set(["free", "skip"]);

/** `avif`, `heic` or neither, by the brands at the beginning of a file. */
export function brandOf(bytes: Uint8Array): "avif" | "heic" | undefined {
  if (nameAt(bytes, 4) !== "ftyp") return undefined;
  const end = Math.min(u32(bytes, 0), bytes.length, 512);
  const brands = [nameAt(bytes, 8)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(nameAt(bytes, at));
  if (brands.some((brand) => BRANDS.has(brand))) return "avif";
  return brands.some((brand) => HEIC_BRANDS.has(brand)) ? "heic" : undefined;
}

export function walkAvif(bytes: Uint8Array): Walked | Refusal {
  const boxes = readBoxes(bytes, 0, MAX_TOP_BOXES);
  if (boxes === undefined) return refuse("truncated");
  // An animation: its tables of places would have to be written anew as well.
  if (boxes.some(({ name }) => name === "moov")) return refuse("unsupported");
  const metas = boxes.filter(({ name }) => name === "meta");
  const [meta] = metas;
  if (meta === undefined || metas.length > 1) return refuse("damaged");
  const items = readItems(bytes, meta.data);
  if (isRefusal(items)) return items;
  const chosen = chooseItems(items);
  if (isRefusal(chosen)) return chosen;
  const isOther = boxes.some(
    ({ name }) => name !== "ftyp" && name !== "meta" && name !== "mdat" && !EMPTY.has(name),
  );
  return rebuild(items, chosen, new Set([...chosen.removed, ...(isOther ? (["unknown"] as const) : [])]));
}

function rebuild(items: Items, { items: kept, references }: Chosen, removed: Set<Removed>): Walked | Refusal {
  const streams = new Map<number, Stream>();
  let codedPixels = 0;
  for (const { id, type, data } of kept) {
    const stream = type === "av01" ? readStream(data) : undefined;
    if (stream === undefined) {
      if (type === "av01") return refuse("damaged");
      continue;
    }
    if (stream.isShorter) removed.add("unknown");
    codedPixels += stream.width * stream.height;
    streams.set(id, stream);
  }
  const properties = keepProperties(items, kept, streams);
  if (isRefusal(properties)) return properties;
  for (const what of properties.removed) removed.add(what);
  const size = sizeOf(items);
  if (size === undefined) return refuse("damaged");
  const { width, height, isTurned } = size;
  const pixels = Math.max(width * height, codedPixels);
  return {
    type: "avif",
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    orientation: 1,
    frames: 1,
    framePixels: pixels,
    totalPixels: pixels,
    parts: writeAvif(
      items.primary,
      kept.map((item) => ({ ...item, data: streams.get(item.id)?.data ?? item.data })),
      references,
      properties,
    ),
    removed: [...removed],
  };
}

interface Drawn {
  readonly width: number;
  readonly height: number;
  /** Turned on its side by the decoder. */
  readonly isTurned: boolean;
}

/** Of the primary item: what it declares, or its grid if that is larger. */
function sizeOf({ primary, items, properties }: Items): Drawn | undefined {
  const item = items.get(primary);
  const own = item?.properties.map(({ property }) => properties[property]) ?? [];
  const extent = own.find((box) => box?.name === "ispe")?.data;
  if (item === undefined || extent?.length !== 12) return undefined;
  const [gridWidth, gridHeight] = item.type === "grid" ? gridSize(item.data) : [0, 0];
  const [width, height] = [Math.max(u32(extent, 4), gridWidth), Math.max(u32(extent, 8), gridHeight)];
  const turns = own.filter((box) => box?.name === "irot" && (u8(box.data, 0) & 1) === 1).length;
  return width === 0 || height === 0 ? undefined : { width, height, isTurned: turns % 2 === 1 };
}
