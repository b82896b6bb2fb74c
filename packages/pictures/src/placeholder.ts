/** A few bytes that draw a blur until the picture is there (ThumbHash: averages and low frequencies, with transparency and proportions). */
import { rgbaToThumbHash, thumbHashToRGBA } from "thumbhash";
import { MAX_PLACEHOLDER_BYTES } from "./limits.ts";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel: red, green, blue, opacity (not premultiplied). */
  readonly rgba: Uint8Array;
}

/** What the library takes at most, on a side. */
const MAX_SIDE = 100;
const MIN_BYTES = 5;

/** At most 25 bytes, or undefined if the pixels are not width x height. The app draws the picture small first: a side of 100 is plenty. */
export function encodePlaceholder({ rgba, width, height }: Pixels): Uint8Array | undefined {
  const isWhole = [width, height].every((side) => Number.isInteger(side) && side > 0 && side <= MAX_SIDE);
  if (!isWhole || rgba.length !== 4 * width * height) return undefined;
  return rgbaToThumbHash(width, height, rgba);
}

/** At most 32 x 32 pixels, from whatever bytes a sender chose; undefined if they are none of a placeholder. */
export function decodePlaceholder(bytes: Uint8Array): Pixels | undefined {
  if (bytes.length < MIN_BYTES || bytes.length > MAX_PLACEHOLDER_BYTES) return undefined;
  const { w, h, rgba } = thumbHashToRGBA(bytes);
  return w > 0 && h > 0 ? { width: w, height: h, rgba } : undefined;
}
