/** The properties of the items that stay, each once, in the order in which they are first used. */
import type { Refusal, Removed } from "../walked.ts";
import { refuse } from "../walked.ts";
import { isSame } from "../bytes.ts";
import type { Stream } from "./av1.ts";
import { writeBox } from "./boxes.ts";
import { fateOf } from "./properties.ts";
import type { Association, Item, Items } from "./readItems.ts";

export interface KeptProperties {
  readonly boxes: readonly Uint8Array[];
  readonly of: ReadonlyMap<number, readonly Association[]>;
  readonly removed: ReadonlySet<Removed>;
}

/** What an index of seven bits can say; pictures have about ten. */
const MAX_PROPERTIES = 127;

export function keepProperties(
  { properties }: Items,
  kept: readonly Item[],
  streams: ReadonlyMap<number, Stream>,
): KeptProperties | Refusal {
  const fates = properties.map(fateOf);
  const boxes: Uint8Array[] = [];
  const placeOf = new Map<number, number>();
  const of = new Map<number, readonly Association[]>();
  const removed = new Set<Removed>();
  for (const item of kept) {
    const associations: Association[] = [];
    for (const { property, essential } of item.properties) {
      const box = properties[property];
      if (box === undefined) return refuse("damaged");
      // The lengths of layers, for progressive drawing: wrong once a unit between them is gone.
      const isLayers = box.name === "a1lx" && isWholeLayers(box.data);
      const stays = isLayers && streams.get(item.id)?.isShorter === false;
      const fate = stays ? writeBox(box.name, box.data) : (fates[property] ?? "gone");
      if (typeof fate === "string") {
        if (essential && fate === "gone") return refuse("unsupported");
        removed.add(fate === "profileGone" ? "profile" : "unknown");
        continue;
      }
      let place = placeOf.get(property);
      if (place === undefined) {
        place = boxes.push(fate) - 1;
        placeOf.set(property, place);
        if (box.name === "colr" && !isSame(fate.subarray(8), box.data)) removed.add("profile");
      }
      associations.push({ property: place, essential });
    }
    of.set(item.id, associations);
  }
  return boxes.length > MAX_PROPERTIES ? refuse("tooLarge") : { boxes, of, removed };
}

/** Three lengths, of two bytes or four (AV1 Image File Format §2.3.2.3). */
function isWholeLayers(data: Uint8Array): boolean {
  return data.length === ((data[0] ?? 0) & 1 ? 13 : 7);
}
