/**
 * PNG (W3C PNG, third edition; ISO/IEC 15948): chunks with length, name and check value. Picture data and what colours and transparency
 * need stay byte for byte, in their order; everything else goes.
 */
import { isSame, isTextAt, nameAt, u16, u32, u8 } from "../bytes.ts";
import { MAX_PARTS, MAX_PICTURE_FRAMES } from "../limits.ts";
import { orientationOnly, readOrientation } from "../orientation.ts";
import type { Orientation, Parts, PictureProblem, Refusal, Removed, Walked } from "../walked.ts";
import { collectParts, refuse } from "../walked.ts";
import { animationProblem } from "./animation.ts";
import { chunk } from "./chunk.ts";
import { isKnownChromaticity, profileChunkFor } from "./colours.ts";
import { crc32 } from "./crc32.ts";

export const PNG_SIGNATURE = "\x89PNG\r\n\x1a\n";

export interface PngState {
  width: number;
  height: number;
  colourType: number;
  orientation: Orientation;
  hasPalette: boolean;
  hasProfile: boolean;
  /** IDAT: none yet, being read, behind. */
  data: "before" | "within" | "behind";
  /** Of acTL; 0 without. */
  frames: number;
  framesSeen: number;
  sequence: number;
}

/** Name, and the lengths that a chunk of it may have. */
const HARMLESS: Readonly<Record<string, (length: number) => boolean>> = {
  tRNS: (length) => length > 0 && length <= 256,
  gAMA: (length) => length === 4,
  sRGB: (length) => length === 1,
  cICP: (length) => length === 4,
  sBIT: (length) => length >= 1 && length <= 4,
  bKGD: (length) => length === 1 || length === 2 || length === 6,
};
const DROPPED: Readonly<Record<string, Removed>> = {
  tEXt: "comment",
  zTXt: "comment",
  iTXt: "comment",
  eXIf: "exif",
  tIME: "time",
  pHYs: "resolution",
};

export function walkPng(bytes: Uint8Array): Walked | Refusal {
  const parts = collectParts(bytes);
  parts.keep(0, PNG_SIGNATURE.length);
  const state: PngState = {
    width: 0,
    height: 0,
    colourType: 0,
    orientation: 1,
    hasPalette: false,
    hasProfile: false,
    data: "before",
    frames: 0,
    framesSeen: 0,
    sequence: 0,
  };
  let at = PNG_SIGNATURE.length;
  for (let count = 0; count < MAX_PARTS; count++) {
    const length = u32(bytes, at);
    const end = at + 12 + length;
    if (end > bytes.length) return refuse("truncated");
    const name = nameAt(bytes, at + 4);
    if (crc32(bytes, at + 4, end - 4) !== u32(bytes, end - 4)) return refuse("damaged");
    if (!/^[A-Za-z]{4}$/.test(name) || (count === 0) !== (name === "IHDR")) return refuse("damaged");
    if (name === "IEND") {
      if (length > 0 || state.data === "before" || state.frames !== state.framesSeen)
        return refuse("damaged");
      parts.keep(at, end);
      if (end < bytes.length) parts.drop("trailing");
      return result(state, parts);
    }
    if (state.data === "within" && name !== "IDAT") state.data = "behind";
    const problem = takeChunk(bytes, at, end, name, state, parts);
    if (problem !== undefined) return refuse(problem);
    at = end;
  }
  return refuse("tooLarge");
}

function takeChunk(
  bytes: Uint8Array,
  at: number,
  end: number,
  name: string,
  state: PngState,
  parts: Parts,
): PictureProblem | undefined {
  const data = bytes.subarray(at + 8, end - 4);
  switch (name) {
    case "IHDR":
    case "PLTE":
    case "IDAT": {
      const problem = criticalProblem(name, data, state);
      if (problem === undefined) parts.keep(at, end);
      return problem;
    }
    case "acTL":
    case "fcTL":
    case "fdAT": {
      const problem = animationProblem(name, data, state);
      if (problem === undefined) parts.keep(at, end);
      return problem;
    }
    case "iCCP": {
      // Two are against the rules, and each costs an inflation.
      if (state.hasProfile) return "damaged";
      state.hasProfile = true;
      const ours = state.data === "before" && isColoured(state) ? profileChunkFor(data) : undefined;
      if (ours === undefined || !isSame(ours, bytes.subarray(at, end))) parts.drop("profile");
      if (ours !== undefined) parts.add(ours);
      return undefined;
    }
    case "cHRM":
      if (data.length === 32 && isKnownChromaticity(data)) parts.keep(at, end);
      else parts.drop("profile");
      return undefined;
    case "eXIf": {
      const orientation = readOrientation(data);
      if (!isSame(data, orientationOnly(orientation))) parts.drop("exif");
      // Of several the first counts, and none behind the picture data: browsers do not look there.
      if (state.orientation === 1 && state.data === "before") state.orientation = orientation;
      return undefined;
    }
    default:
      return takeOther(bytes, at, end, name, parts);
  }
}

function takeOther(
  bytes: Uint8Array,
  at: number,
  end: number,
  name: string,
  parts: Parts,
): PictureProblem | undefined {
  // A capital first letter says that the picture cannot be understood without the chunk.
  if (name.charCodeAt(0) < 0x60) return "unsupported";
  const isXmp = name === "iTXt" && isTextAt(bytes, at + 8, "XML:com.adobe.xmp\0");
  if (Object.hasOwn(HARMLESS, name) && HARMLESS[name]?.(end - at - 12) === true) parts.keep(at, end);
  else parts.drop(isXmp ? "xmp" : Object.hasOwn(DROPPED, name) ? (DROPPED[name] ?? "unknown") : "unknown");
  return undefined;
}

function criticalProblem(
  name: "IHDR" | "PLTE" | "IDAT",
  data: Uint8Array,
  state: PngState,
): PictureProblem | undefined {
  switch (name) {
    case "IHDR":
      return headerProblem(data, state);
    case "PLTE": {
      const whole = data.length > 0 && data.length % 3 === 0 && data.length <= 768;
      if (!whole || state.hasPalette || state.data !== "before") return "damaged";
      state.hasPalette = true;
      return undefined;
    }
    case "IDAT":
      if (state.data === "behind" || (state.colourType === 3 && !state.hasPalette)) return "damaged";
      state.data = "within";
      return undefined;
  }
}

/** Bits of a sample that each colour type may have. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

function headerProblem(data: Uint8Array, state: PngState): PictureProblem | undefined {
  if (state.width > 0 || data.length !== 13) return "damaged";
  state.width = u32(data, 0);
  state.height = u32(data, 4);
  state.colourType = u8(data, 9);
  const sizes = [state.width, state.height].every((size) => size > 0 && size < 2 ** 31);
  const form = DEPTHS[state.colourType]?.includes(u8(data, 8)) === true;
  return sizes && form && u16(data, 10) === 0 && u8(data, 12) <= 1 ? undefined : "damaged";
}

/** Whether a profile of red, green and blue fits. */
function isColoured({ colourType }: PngState): boolean {
  return (colourType & 2) !== 0;
}

function result(state: PngState, { list, removed }: Parts): Walked | Refusal {
  const { width, height, orientation } = state;
  if (state.frames > MAX_PICTURE_FRAMES) return refuse("tooLarge");
  const pixels = width * height;
  return {
    type: "png",
    width,
    height,
    orientation,
    frames: Math.max(1, state.frames),
    framePixels: pixels,
    totalPixels: pixels * Math.max(1, state.frames),
    parts: orientation === 1 ? list : withOrientation(list, orientation),
    removed: [...removed],
  };
}

/** After the header, which is the first chunk: 25 bytes behind the signature. */
function withOrientation(list: readonly Uint8Array[], orientation: Orientation): readonly Uint8Array[] {
  const [first = new Uint8Array(), ...rest] = list;
  const headerEnd = PNG_SIGNATURE.length + 25;
  return [
    first.subarray(0, headerEnd),
    chunk("eXIf", orientationOnly(orientation)),
    first.subarray(headerEnd),
    ...rest,
  ];
}
