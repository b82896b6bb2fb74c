/** Which items make the picture: the primary one, its tiles, and its transparency. */
import { u16, u32, u8 } from "../bytes.ts";
import type { Refusal, Removed } from "../walked.ts";
import { refuse } from "../walked.ts";
import { isAlpha } from "./properties.ts";
import type { Item, Items, Reference } from "./readItems.ts";

export interface Chosen {
  /** In the order of the file. */
  readonly items: readonly Item[];
  readonly references: readonly Reference[];
  readonly removed: ReadonlySet<Removed>;
}

export function chooseItems({ primary, items, references, properties }: Items): Chosen | Refusal {
  const chosen = new Set<number>([primary]);
  const used = new Set<Reference>();
  const isTransparency = (id: number): boolean =>
    items.get(id)?.properties.some(({ property }) => isAlphaBox(properties[property])) === true;
  // Sets are walked in the order of insertion, what is added on the way included: each item once.
  for (const id of chosen) {
    const item = items.get(id);
    if (item === undefined) return refuse("damaged");
    if (item.type !== "av01" && item.type !== "grid") return refuse("unsupported");
    const own = references.filter(
      ({ type, from, to }) =>
        (type === "dimg" && from === id) ||
        (type === "prem" && from === id && to.every((other) => isTransparency(other))) ||
        (type === "auxl" && to.length === 1 && to[0] === id && isTransparency(from)),
    );
    if (item.type === "grid" && !isGrid(item.data, own)) return refuse("damaged");
    for (const { type, from, to } of own) for (const next of type === "auxl" ? [from] : to) chosen.add(next);
    for (const reference of own) used.add(reference);
  }
  const removed = new Set<Removed>();
  for (const { id, type } of items.values()) {
    if (!chosen.has(id)) removed.add(kindOf(id, type, references));
  }
  const inOrder = [...items.values()].filter(({ id }) => chosen.has(id));
  return { items: inOrder, references: references.filter((one) => used.has(one)), removed };
}

function isAlphaBox(box: Items["properties"][number] | undefined): boolean {
  return box !== undefined && isAlpha(box);
}

function kindOf(id: number, type: string, references: readonly Reference[]): Removed {
  if (type === "Exif") return "exif";
  if (type === "mime" || type === "uri ") return "xmp";
  return references.some((one) => one.type === "thmb" && one.from === id) ? "thumbnail" : "images";
}

/** Rows, columns and size of the whole (ISO/IEC 23008-12 §6.6.2.3.2): as many tiles as references. */
function isGrid(data: Uint8Array, own: readonly Reference[]): boolean {
  const isWide = (u8(data, 1) & 1) !== 0;
  const tiles = own.find(({ type }) => type === "dimg")?.to ?? [];
  const count = (u8(data, 2) + 1) * (u8(data, 3) + 1);
  return data.length === (isWide ? 12 : 8) && tiles.length === count && new Set(tiles).size === count;
}

/** Width and height that a grid declares. */
export function gridSize(data: Uint8Array): readonly [width: number, height: number] {
  return (u8(data, 1) & 1) === 0 ? [u16(data, 4), u16(data, 6)] : [u32(data, 4), u32(data, 8)];
}
