/**
 * JPEG (ITU-T T.81, annex B): markers, segments and scans. Frame, tables and scans stay byte for byte; of application segments only what
 * colours and the upright side need, written anew.
 */
import { ascii, be16, isSame, isTextAt, join, u16, u8 } from "../bytes.ts";
import { replacementFor } from "../colourProfile.ts";
import { MAX_PARTS, MAX_PROFILE_BYTES } from "../limits.ts";
import { orientationOnly, readOrientation } from "../orientation.ts";
import type { Orientation, PictureProblem, Refusal, Removed, Walked } from "../walked.ts";
import { collectParts, refuse } from "../walked.ts";
import { isTableWhole } from "./tables.ts";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const COM = 0xfe;
const TABLES: ReadonlySet<number> = new Set([0xc4, 0xdb, 0xdd]);
/** Baseline, extended, progressive: what browsers draw. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
/** A progressive picture has about ten; each costs a pass over all coefficients. */
const MAX_SCANS = 128;

const EXIF = "Exif\0\0";
const PROFILE = "ICC_PROFILE\0";
/** JFIF 1.01 without density and thumbnail: it says that the colours are YCbCr. */
const JFIF = join([be16(0xffe0, 16), ascii("JFIF\0"), Uint8Array.of(1, 1, 0, 0, 1, 0, 1, 0, 0)]);
const NO_DENSITY = JFIF.subarray(11, 16);

interface Found {
  width: number;
  height: number;
  components: number;
  scans: number;
  hasJfif: boolean;
  orientation: Orientation | undefined;
  readonly profile: Uint8Array[];
}

export function walkJpeg(bytes: Uint8Array): Walked | Refusal {
  const rest = collectParts(bytes);
  const found: Found = {
    width: 0,
    height: 0,
    components: 0,
    scans: 0,
    hasJfif: false,
    orientation: undefined,
    profile: [],
  };
  let at = 2;
  for (let parts = 0; parts < MAX_PARTS; parts++) {
    const code = markerAfterFill(bytes, at);
    if (code === undefined) return refuse(at >= bytes.length ? "truncated" : "damaged");
    const marker = u8(bytes, code);
    if (marker === EOI) {
      if (found.scans === 0) return refuse("damaged");
      if (code + 1 < bytes.length) rest.drop("trailing");
      return result(found, rest.list, rest.removed);
    }
    const end = code + 1 + u16(bytes, code + 1);
    if (code + 3 > bytes.length || end > bytes.length) return refuse("truncated");
    if (end < code + 3) return refuse("damaged");
    const data = bytes.subarray(code + 3, end);
    if (isApplication(marker)) {
      const part = keptOfApplication(marker, data, found, (what) => rest.drop(what));
      if (part !== undefined) rest.add(part);
    } else {
      const problem = takeSegment(marker, data, found);
      if (problem !== undefined) return refuse(problem);
      rest.keep(code - 1, end);
    }
    at = end;
    if (marker !== SOS) continue;
    at = endOfScan(bytes, end);
    rest.keep(end, at);
  }
  return refuse("tooLarge");
}

/** Place of a marker's code; any number of 0xff may come before it. */
function markerAfterFill(bytes: Uint8Array, from: number): number | undefined {
  if (bytes[from] !== 0xff) return undefined;
  let at = from + 1;
  while (bytes[at] === 0xff) at++;
  return at < bytes.length ? at : undefined;
}

/** Place of the next marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  for (let at = from; at + 1 < length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] as number;
    if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at++;
    else return at;
  }
  return length;
}

function isApplication(marker: number): boolean {
  return marker === COM || (marker & 0xf0) === 0xe0;
}

/** Frame header, tables and scan header; nothing else belongs into a picture that browsers draw. */
function takeSegment(marker: number, data: Uint8Array, found: Found): PictureProblem | undefined {
  if (FRAMES.has(marker)) {
    if (found.components > 0) return "damaged";
    found.height = u16(data, 1);
    found.width = u16(data, 3);
    found.components = u8(data, 5);
    // A height that only a later DNL segment tells is not worth the trouble.
    if (found.height === 0) return "unsupported";
    const whole = found.width > 0 && found.components > 0 && data.length === 6 + 3 * found.components;
    return whole ? undefined : "damaged";
  }
  if (marker === SOS) {
    if (++found.scans > MAX_SCANS) return "tooLarge";
    return found.components > 0 && data.length === 4 + 2 * u8(data, 0) ? undefined : "damaged";
  }
  if (TABLES.has(marker)) return isTableWhole(marker, data) ? undefined : "damaged";
  const otherFrame = marker >= 0xc3 && marker <= 0xcf;
  return otherFrame ? "unsupported" : "damaged";
}

/** Takes in what counts and says what may stay where it was. */
function keptOfApplication(
  marker: number,
  data: Uint8Array,
  found: Found,
  drop: (what: Removed) => void,
): Uint8Array | undefined {
  const kind = kindOf(marker, data);
  switch (kind) {
    case "jfif":
      // Written by `result`, before everything else.
      found.hasJfif = true;
      if (data.length > 14) drop("thumbnail");
      if (!isSame(data.subarray(7, 12), NO_DENSITY)) drop("resolution");
      return undefined;
    case "adobe":
      return join([be16(0xffee, 14), ascii("Adobe"), be16(100, 0, 0), data.subarray(11, 12)]);
    case "profile":
      found.profile.push(data.subarray(PROFILE.length));
      return undefined;
    case "exif": {
      const tiff = data.subarray(EXIF.length);
      found.orientation ??= readOrientation(tiff);
      if (!isSame(tiff, orientationOnly(found.orientation))) drop("exif");
      return undefined;
    }
    default:
      drop(kind);
      return undefined;
  }
}

type Kind = "jfif" | "adobe" | Removed;

const KINDS: readonly (readonly [marker: number, prefix: string, kind: Kind])[] = [
  [COM, "", "comment"],
  [0xe0, "JFIF\0", "jfif"],
  [0xe0, "JFXX\0", "thumbnail"],
  [0xe1, EXIF, "exif"],
  [0xe1, "http://ns.adobe.com/x", "xmp"],
  [0xe2, PROFILE, "profile"],
  [0xe2, "MPF\0", "images"],
  [0xed, "", "iptc"],
  [0xee, "Adobe", "adobe"],
];

function kindOf(marker: number, data: Uint8Array): Kind {
  const known = KINDS.find(([code, prefix]) => code === marker && isTextAt(data, 0, prefix))?.[2];
  if (known === "adobe" && data.length < 12) return "application";
  return known ?? "application";
}

function result(found: Found, rest: readonly Uint8Array[], removed: Set<Removed>): Walked {
  const { width, height, orientation = 1 } = found;
  const pixels = width * height;
  return {
    type: "jpeg",
    width,
    height,
    orientation,
    frames: 1,
    framePixels: pixels,
    totalPixels: pixels,
    parts: [
      Uint8Array.of(0xff, SOI),
      ...(found.hasJfif ? [JFIF] : []),
      ...(orientation === 1 ? [] : [segment(0xe1, EXIF, orientationOnly(orientation))]),
      ...profileSegment(found, removed),
      ...rest,
      Uint8Array.of(0xff, EOI),
    ],
    removed: [...removed],
  };
}

/** The profile of all its segments, each with its number and their count before it (ICC.1:2022 B.4). */
function profileSegment({ profile, components }: Found, removed: Set<Removed>): readonly Uint8Array[] {
  if (profile.length === 0) return [];
  const size = profile.reduce((sum, part) => sum + part.length, 0);
  const inOrder = profile.every((part, i) => u8(part, 0) === i + 1 && u8(part, 1) === profile.length);
  const whole =
    inOrder && size <= MAX_PROFILE_BYTES ? join(profile.map((part) => part.subarray(2))) : new Uint8Array();
  const ours = components === 3 ? replacementFor(whole) : undefined;
  if (ours === undefined || !isSame(whole, ours)) removed.add("profile");
  return ours === undefined ? [] : [segment(0xe2, `${PROFILE}\u0001\u0001`, ours)];
}

function segment(marker: number, prefix: string, data: Uint8Array): Uint8Array {
  return join([be16(0xff00 | marker, 2 + prefix.length + data.length), ascii(prefix), data]);
}
