/**
 * WebP (RFC 9649): chunks of a RIFF container. Picture data stay byte for byte; container sizes, flags and padding are written anew.
 */
import { ascii, isSame, isTextAt, join, le32, nameAt, u24le, u32le, u8 } from "../bytes.ts";
import { replacementFor } from "../colourProfile.ts";
import { MAX_PARTS, MAX_PICTURE_FRAMES } from "../limits.ts";
import type { PictureProblem, Refusal, Removed, Walked } from "../walked.ts";
import { refuse } from "../walked.ts";
import type { RiffChunk } from "./riff.ts";
import { readChunks, writeChunk } from "./riff.ts";
import type { Size } from "./bitstream.ts";
import { bitstreamSize, isBitstream } from "./bitstream.ts";

const HEADER_BYTES = 12;
const ALPHA = 0x10;
const ANIMATION = 0x02;
const PROFILE = 0x20;
const FRAME_HEADER_BYTES = 16;
/** Transparency, picture, and what nobody knows. */
const MAX_FRAME_PARTS = 16;
const METADATA: ReadonlyMap<string, Removed> = new Map([
  ["EXIF", "exif"],
  ["XMP ", "xmp"],
]);

interface State {
  readonly flags: number;
  readonly canvas: Size;
  readonly kept: Uint8Array[];
  readonly removed: Set<Removed>;
  frames: number;
  alpha: Uint8Array | undefined;
  hasProfile: boolean;
  profile: Uint8Array | undefined;
}

export function walkWebp(bytes: Uint8Array): Walked | Refusal {
  const end = 8 + u32le(bytes, 4);
  if (end > bytes.length) return refuse("truncated");
  const chunks = readChunks(bytes, HEADER_BYTES, end, MAX_PARTS);
  if ("problem" in chunks) return chunks;
  const removed = new Set<Removed>(end < bytes.length ? ["trailing"] : []);
  const [first, ...others] = chunks;
  if (first === undefined) return refuse("damaged");
  if (first.name === "VP8X") return walkExtended(first, others, removed);
  const size = bitstreamSize(first);
  if (size === undefined) return refuse("damaged");
  if (others.length > 0) removed.add("unknown");
  return result(size, 1, [writeChunk(first.name, first.data)], removed);
}

function walkExtended(
  first: RiffChunk,
  others: readonly RiffChunk[],
  removed: Set<Removed>,
): Walked | Refusal {
  if (first.data.length !== 10) return refuse("damaged");
  const state: State = {
    flags: u8(first.data, 0),
    canvas: { width: u24le(first.data, 4) + 1, height: u24le(first.data, 7) + 1 },
    kept: [],
    removed,
    frames: 0,
    alpha: undefined,
    hasProfile: false,
    profile: undefined,
  };
  for (const chunk of others) {
    const problem = takeChunk(chunk, state);
    if (problem !== undefined) return refuse(problem);
  }
  if (state.frames === 0 || state.alpha !== undefined) return refuse("damaged");
  const { profile, kept, frames } = state;
  const flags = (state.flags & (ALPHA | ANIMATION)) | (profile === undefined ? 0 : PROFILE);
  const header = join([Uint8Array.of(flags, 0, 0, 0), first.data.subarray(4, 10)]);
  const parts = [
    writeChunk("VP8X", header),
    ...(profile === undefined ? [] : [writeChunk("ICCP", profile)]),
    ...kept,
  ];
  return result(state.canvas, frames, parts, removed);
}

function takeChunk({ name, data }: RiffChunk, state: State): PictureProblem | undefined {
  const { kept, removed } = state;
  const isAnimated = (state.flags & ANIMATION) !== 0;
  switch (name) {
    case "ANIM":
      if (data.length !== 6 || !isAnimated || kept.length > 0) return "damaged";
      kept.push(writeChunk(name, data));
      return undefined;
    case "ANMF":
      return isAnimated && kept.length > 0 ? takeFrame(data, state) : "damaged";
    case "ALPH":
      if (isAnimated || state.alpha !== undefined || state.frames > 0) return "damaged";
      state.alpha = data;
      return undefined;
    case "VP8 ":
    case "VP8L":
      return takeStill({ name, data }, state);
    case "ICCP": {
      if (state.hasProfile) return "damaged";
      state.hasProfile = true;
      const ours = state.frames === 0 ? replacementFor(data) : undefined;
      if (ours === undefined || !isSame(ours, data)) removed.add("profile");
      state.profile = ours;
      return undefined;
    }
    default:
      removed.add(METADATA.get(name) ?? "unknown");
      return undefined;
  }
}

/** The picture of a file without animation: as large as the canvas. */
function takeStill(chunk: RiffChunk, state: State): PictureProblem | undefined {
  const size = bitstreamSize(chunk);
  const { canvas, alpha, kept } = state;
  if ((state.flags & ANIMATION) !== 0 || state.frames > 0) return "damaged";
  if (size?.width !== canvas.width || size.height !== canvas.height) return "damaged";
  // VP8L has transparency of its own.
  if (alpha !== undefined && chunk.name === "VP8L") return "damaged";
  if (alpha !== undefined) kept.push(writeChunk("ALPH", alpha));
  kept.push(writeChunk(chunk.name, chunk.data));
  state.alpha = undefined;
  state.frames = 1;
  return undefined;
}

/** A frame of an animation: a header of 16 bytes, then transparency and picture as chunks of their own. */
function takeFrame(data: Uint8Array, state: State): PictureProblem | undefined {
  if (++state.frames > MAX_PICTURE_FRAMES) return "tooLarge";
  const chunks = readChunks(data, FRAME_HEADER_BYTES, data.length, MAX_FRAME_PARTS);
  if ("problem" in chunks) return "damaged";
  const picture = chunks.find(isBitstream);
  const size = picture === undefined ? undefined : bitstreamSize(picture);
  if (picture === undefined || size === undefined) return "damaged";
  const [x, y, width, height] = [0, 3, 6, 9].map((at) => u24le(data, at)) as [number, number, number, number];
  if (size.width !== width + 1 || size.height !== height + 1) return "damaged";
  if (2 * x + size.width > state.canvas.width || 2 * y + size.height > state.canvas.height) return "damaged";
  const [before] = chunks;
  const alpha = before?.name === "ALPH" && picture.name === "VP8 " ? [before] : [];
  if (chunks.length > alpha.length + 1) state.removed.add("unknown");
  const parts = [...alpha, picture].map((chunk) => writeChunk(chunk.name, chunk.data));
  state.kept.push(writeChunk("ANMF", join([data.subarray(0, FRAME_HEADER_BYTES), ...parts])));
  return undefined;
}

function result(
  { width, height }: Size,
  frames: number,
  parts: readonly Uint8Array[],
  removed: ReadonlySet<Removed>,
): Walked {
  const size = parts.reduce((sum, part) => sum + part.length, 4);
  const pixels = width * height;
  return {
    type: "webp",
    width,
    height,
    // Browsers do not turn WebP by its EXIF data. If they were kept for it, two people could see two pictures.
    orientation: 1,
    frames,
    framePixels: pixels,
    totalPixels: pixels * frames,
    parts: [ascii("RIFF"), le32(size), ascii("WEBP"), ...parts],
    removed: [...removed],
  };
}

/** Whether the name of the container stands at the beginning. */
export function isWebp(bytes: Uint8Array): boolean {
  return isTextAt(bytes, 0, "RIFF") && nameAt(bytes, 8) === "WEBP";
}
