/** Properties of AVIF items (ISO/IEC 23008-12 §6.5, AV1 Image File Format §2.2): which stay, and in what form. */
import { ascii, isTextAt, join, u8 } from "../bytes.ts";
import { replacementFor } from "../colourProfile.ts";
import type { Box } from "./boxes.ts";
import { writeBox, writeFullBox } from "./boxes.ts";

/** What becomes of a property: its new bytes, that it goes (for a profile, with notice), or that an item which needs it cannot be drawn. */
export type Fate = Uint8Array | "gone" | "profileGone";

/** Exact lengths of content for those that stay as they are: size, samples, position, proportions, cut, turn, mirror, layers. */
const PLAIN: Readonly<Record<string, (data: Uint8Array) => boolean>> = {
  ispe: (data) => data.length === 12,
  pixi: (data) => data.length === 5 + u8(data, 4),
  pasp: (data) => data.length === 8,
  clap: (data) => data.length === 32,
  irot: (data) => data.length === 1,
  imir: (data) => data.length === 1,
  a1op: (data) => data.length === 1,
  lsel: (data) => data.length === 2,
};

const ALPHA_TYPES = [
  "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
  "urn:mpeg:hevc:2015:auxid:1\0",
] as const;
const CONFIGURATION_BYTES = 4;

export function fateOf(box: Box): Fate {
  const { name, data } = box;
  if (Object.hasOwn(PLAIN, name)) return PLAIN[name]?.(data) === true ? writeBox(name, data) : "gone";
  switch (name) {
    case "av1C":
      // The units that may follow are in the item again.
      return writeBox(name, data.subarray(0, CONFIGURATION_BYTES));
    case "colr":
      return fateOfColour(data);
    case "auxC":
      return isAlpha(box) ? writeFullBox(name, 0, ascii(ALPHA_TYPES[0])) : "gone";
    default:
      return "gone";
  }
}

function fateOfColour(data: Uint8Array): Fate {
  if (isTextAt(data, 0, "nclx")) return data.length === 11 ? writeBox("colr", data) : "gone";
  const ours = replacementFor(data.subarray(4));
  return ours === undefined ? "profileGone" : writeBox("colr", join([ascii("prof"), ours]));
}

/** Whether the property makes its item the transparency of another. */
export function isAlpha({ name, data }: Box): boolean {
  return name === "auxC" && ALPHA_TYPES.some((type) => isTextAt(data, 4, type));
}
