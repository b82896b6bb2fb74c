/**
 * Colour profiles (ICC.1:2022). A profile can name a display, its serial number and when it was measured, and even without names its
 * numbers are those of one display. So none is passed on: it is recognised as one of the spaces that pictures are made in, and a profile
 * of ours, the same for all, stands for it. Any other is left out, and the colours are taken for sRGB, as without a profile.
 */
import { ascii, be16, be32, isTextAt, join, nameAt, u16, u32, u8 } from "./bytes.ts";
import { MAX_PROFILE_BYTES } from "./limits.ts";

/** Beyond sRGB, which needs no profile. */
export type WideSpace = "displayP3" | "adobeRgb";
export type ColourSpace = "srgb" | WideSpace;

type Nine = readonly [number, number, number, number, number, number, number, number, number];

/** X, Y, Z of red, green and blue, adapted to D50. */
const COLORANTS: Readonly<Record<ColourSpace, Nine>> = {
  srgb: [0.43607, 0.22249, 0.01392, 0.38515, 0.71687, 0.09708, 0.14307, 0.06061, 0.7141],
  displayP3: [0.51512, 0.2412, -0.00105, 0.29198, 0.69225, 0.04189, 0.1571, 0.06657, 0.78407],
  adobeRgb: [0.60974, 0.31111, 0.01947, 0.20528, 0.62567, 0.06087, 0.14919, 0.06322, 0.74457],
};
const SPACES = ["srgb", "displayP3", "adobeRgb"] as const;
const COLORANT_TOLERANCE = 0.003;
/** Linear light of half a signal: 0.214 by the curve of sRGB, 0.218 by the power of 2.2; 0.5 in a linear profile. */
const LIGHT_OF_HALF: readonly [number, number] = [0.19, 0.24];

const HEADER_BYTES = 128;
const MAX_TAGS = 100;

/** The space that a profile describes, or undefined: then it is of no use to others. */
export function colourSpaceOf(profile: Uint8Array): ColourSpace | undefined {
  if (profile.length < HEADER_BYTES + 4 || profile.length > MAX_PROFILE_BYTES) return undefined;
  if (!isTextAt(profile, 36, "acsp") || !isTextAt(profile, 16, "RGB XYZ ")) return undefined;
  const tags = readTags(profile);
  const colorants = ["rXYZ", "gXYZ", "bXYZ"].flatMap((name) => readXyz(profile, tags.get(name)));
  const curves = ["rTRC", "gTRC", "bTRC"].map((name) => lightOfHalf(profile, tags.get(name)));
  const [least, most] = LIGHT_OF_HALF;
  if (colorants.length !== 9 || curves.some((light) => !(light >= least && light <= most))) return undefined;
  return SPACES.find((space) =>
    COLORANTS[space].every((value, i) => Math.abs(value - (colorants[i] ?? Infinity)) <= COLORANT_TOLERANCE),
  );
}

function readTags(profile: Uint8Array): ReadonlyMap<string, number> {
  const tags = new Map<string, number>();
  const count = Math.min(u32(profile, HEADER_BYTES), MAX_TAGS);
  for (let i = 0; i < count; i++) {
    const at = HEADER_BYTES + 4 + 12 * i;
    if (at + 12 > profile.length) break;
    tags.set(nameAt(profile, at), u32(profile, at + 4));
  }
  return tags;
}

function readXyz(profile: Uint8Array, at: number | undefined): readonly number[] {
  if (at === undefined || !isTextAt(profile, at, "XYZ ")) return [];
  return [8, 12, 16].map((offset) => fixed(u32(profile, at + offset)));
}

/** NaN if the curve is of no known form. */
function lightOfHalf(profile: Uint8Array, at: number | undefined): number {
  if (at === undefined) return NaN;
  if (isTextAt(profile, at, "para")) {
    const [gamma = NaN, a = 1, b = 0] = [12, 16, 20].map((offset) => fixed(u32(profile, at + offset)));
    return u16(profile, at + 8) === 0 ? 0.5 ** gamma : (a * 0.5 + b) ** gamma;
  }
  if (!isTextAt(profile, at, "curv")) return NaN;
  const count = u32(profile, at + 8);
  if (count === 0) return 0.5;
  if (count === 1) return 0.5 ** (u16(profile, at + 12) / 256);
  return u16(profile, at + 12 + 2 * Math.floor(count / 2)) / 65_535;
}

function fixed(value: number): number {
  return (value | 0) / 65_536;
}

/** Bradford, D65 to D50. */
const ADAPTATION: Nine = [1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168];
const D50 = be32(0xf6d6, 0x1_0000, 0xd32d);

/** A profile of the space (ICC.1:2022, version 4.2): under 450 bytes, without a name and dated the first day of 2016. */
export function profileOf(space: WideSpace): Uint8Array {
  const c = COLORANTS[space];
  const curve =
    space === "adobeRgb"
      ? parametric(0, [563 / 256])
      : parametric(3, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]);
  const text = multilingual(space === "adobeRgb" ? "A98" : "P3 ");
  const tags: readonly (readonly [names: readonly string[], data: Uint8Array])[] = [
    [["desc", "cprt"], text],
    [["wtpt"], join([ascii("XYZ \0\0\0\0"), D50])],
    [["rXYZ"], typed("XYZ ", c.slice(0, 3))],
    [["gXYZ"], typed("XYZ ", c.slice(3, 6))],
    [["bXYZ"], typed("XYZ ", c.slice(6, 9))],
    [["rTRC", "gTRC", "bTRC"], curve],
    [["chad"], typed("sf32", ADAPTATION)],
  ];
  const count = tags.reduce((sum, [names]) => sum + names.length, 0);
  let at = HEADER_BYTES + 4 + 12 * count;
  const table: Uint8Array[] = [be32(count)];
  for (const [names, data] of tags) {
    for (const name of names) table.push(ascii(name), be32(at, data.length));
    at += data.length;
  }
  return join([profileHeader(at), ...table, ...tags.map(([, data]) => data)]);
}

function profileHeader(sizeBytes: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(be32(sizeBytes, 0, 0x0420_0000));
  header.set(ascii("mntrRGB XYZ "), 12);
  header.set(be16(2016, 1, 1), 24);
  header.set(ascii("acsp"), 36);
  header.set(D50, 68);
  return header;
}

function typed(type: string, values: readonly number[]): Uint8Array {
  return join([ascii(`${type}\0\0\0\0`), fixedBytes(values)]);
}

function parametric(form: number, values: readonly number[]): Uint8Array {
  return join([ascii("para\0\0\0\0"), be16(form, 0), fixedBytes(values)]);
}

function fixedBytes(values: readonly number[]): Uint8Array {
  return be32(...values.map((value) => Math.round(value * 65_536)));
}

/** One text of ASCII, in American English. */
function multilingual(text: string): Uint8Array {
  const units = be16(...Array.from(text, (_, i) => u8(ascii(text), i)));
  const padding = new Uint8Array((4 - (units.length % 4)) % 4);
  return join([ascii("mluc\0\0\0\0"), be32(1, 12), ascii("enUS"), be32(units.length, 28), units, padding]);
}

/** The profile to be written in the place of another, if any. */
export function replacementFor(profile: Uint8Array): Uint8Array | undefined {
  const space = colourSpaceOf(profile);
  return space === undefined || space === "srgb" ? undefined : PROFILES[space];
}

const PROFILES: Readonly<Record<WideSpace, Uint8Array>> = {
  displayP3: profileOf("displayP3"),
  adobeRgb: profileOf("adobeRgb"),
};
