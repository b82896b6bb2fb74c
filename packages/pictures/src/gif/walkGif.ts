/** GIF (GIF89a specification): blocks and their sub-blocks. Frames and their controls stay byte for byte, of extensions only how often they repeat. */
import { ascii, isSame, isTextAt, join, u16le, u8 } from "../bytes.ts";
import { MAX_PARTS, MAX_PICTURE_FRAMES } from "../limits.ts";
import type { Parts, PictureProblem, Refusal, Removed, Walked } from "../walked.ts";
import { collectParts, refuse } from "../walked.ts";

const TRAILER = 0x3b;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const CONTROL = 0xf9;
const COMMENT = 0xfe;
const PLAIN_TEXT = 0x01;
const APPLICATION = 0xff;
const HEADER_BYTES = 13;

interface State {
  readonly width: number;
  readonly height: number;
  frames: number;
  framePixels: number;
  totalPixels: number;
  loops: boolean;
  /** A control that waits for the frame it belongs to. */
  control: readonly [from: number, to: number] | undefined;
}

export function walkGif(bytes: Uint8Array): Walked | Refusal {
  const start = HEADER_BYTES + colourTableBytes(u8(bytes, 10));
  if (start > bytes.length) return refuse("truncated");
  const state: State = {
    width: u16le(bytes, 6),
    height: u16le(bytes, 8),
    frames: 0,
    framePixels: 0,
    totalPixels: 0,
    loops: false,
    control: undefined,
  };
  if (state.width === 0 || state.height === 0) return refuse("damaged");
  const parts = collectParts(bytes);
  parts.keep(0, start);
  let at = start;
  for (let count = 0; count < MAX_PARTS; count++) {
    if (at >= bytes.length) return refuse("truncated");
    const kind = u8(bytes, at);
    if (kind === TRAILER) {
      if (state.frames === 0) return refuse("damaged");
      parts.add(Uint8Array.of(TRAILER));
      if (at + 1 < bytes.length) parts.drop("trailing");
      return result(state, parts);
    }
    if (kind !== EXTENSION && kind !== IMAGE) return refuse("damaged");
    const end = (kind === IMAGE ? endOfImage : endOfExtension)(bytes, at);
    if (end === undefined) return refuse("truncated");
    const problem =
      kind === IMAGE ? takeImage(bytes, at, end, state, parts) : takeExtension(bytes, at, end, state, parts);
    if (problem !== undefined) return refuse(problem);
    at = end;
  }
  return refuse("tooLarge");
}

/** Of a packed field: whether there is a table, and of how many colours. */
function colourTableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 7) + 1);
}

/** Position, size, colours, code size, data. */
function endOfImage(bytes: Uint8Array, at: number): number | undefined {
  return endOfSubBlocks(bytes, at + 10 + colourTableBytes(u8(bytes, at + 9)) + 1);
}

function endOfExtension(bytes: Uint8Array, at: number): number | undefined {
  return endOfSubBlocks(bytes, at + 2);
}

/** Sub-blocks have their length in one byte before them; one of none is the last. */
function endOfSubBlocks(bytes: Uint8Array, from: number): number | undefined {
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at] as number;
    at += 1 + length;
    if (length === 0) return at;
  }
  return undefined;
}

function takeImage(
  bytes: Uint8Array,
  at: number,
  end: number,
  state: State,
  parts: Parts,
): PictureProblem | undefined {
  const [width, height] = [u16le(bytes, at + 5), u16le(bytes, at + 7)];
  const codeSize = u8(bytes, at + 10 + colourTableBytes(u8(bytes, at + 9)));
  if (width === 0 || height === 0 || codeSize < 1 || codeSize > 8) return "damaged";
  if (++state.frames > MAX_PICTURE_FRAMES) return "tooLarge";
  const pixels = Math.max(state.width * state.height, width * height);
  state.framePixels = Math.max(state.framePixels, pixels);
  state.totalPixels += pixels;
  if (state.control !== undefined) parts.keep(...state.control);
  state.control = undefined;
  parts.keep(at, end);
  return undefined;
}

function takeExtension(
  bytes: Uint8Array,
  at: number,
  end: number,
  state: State,
  parts: Parts,
): PictureProblem | undefined {
  const label = u8(bytes, at + 1);
  if (label === CONTROL) {
    if (end !== at + 8 || u8(bytes, at + 2) !== 4) return "damaged";
    state.control = [at, end];
    return undefined;
  }
  if (label === PLAIN_TEXT) state.control = undefined;
  const loop = label === APPLICATION && !state.loops ? loopOf(bytes, at, end) : undefined;
  if (loop === undefined) {
    parts.drop(extensionKind(bytes, at, label));
    return undefined;
  }
  state.loops = true;
  if (!isSame(loop, bytes.subarray(at, end))) parts.drop("application");
  parts.add(loop);
  return undefined;
}

/** How often to repeat, of either of the two programs that came to be understood by all. */
function loopOf(bytes: Uint8Array, at: number, end: number): Uint8Array | undefined {
  const names = ["NETSCAPE2.0", "ANIMEXTS1.0"];
  if (u8(bytes, at + 2) !== 11 || !names.some((name) => isTextAt(bytes, at + 3, name))) return undefined;
  if (end < at + 19 || u8(bytes, at + 14) !== 3 || u8(bytes, at + 15) !== 1) return undefined;
  const count = bytes.subarray(at + 16, at + 18);
  return join([
    Uint8Array.of(EXTENSION, APPLICATION, 11),
    ascii("NETSCAPE2.0"),
    Uint8Array.of(3, 1),
    count,
    Uint8Array.of(0),
  ]);
}

function extensionKind(bytes: Uint8Array, at: number, label: number): Removed {
  if (label === COMMENT || label === PLAIN_TEXT) return "comment";
  if (label !== APPLICATION) return "unknown";
  if (isTextAt(bytes, at + 3, "XMP DataXMP")) return "xmp";
  return isTextAt(bytes, at + 3, "ICCRGBG1012") ? "profile" : "application";
}

function result(state: State, { list, removed }: Parts): Walked {
  const { width, height, frames, framePixels, totalPixels } = state;
  return {
    type: "gif",
    width,
    height,
    orientation: 1,
    frames,
    framePixels,
    totalPixels,
    parts: list,
    removed: [...removed],
  };
}
