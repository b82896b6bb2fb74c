/** What a picture is, before anything decodes it. */
import { MAX_ANIMATION_PIXELS, MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE } from "./limits.ts";
import { liesOnItsSide } from "./orientation.ts";
import { walkPicture } from "./walk.ts";
import type { Orientation, PictureType, Refusal } from "./walked.ts";
import { isRefusal, refuse } from "./walked.ts";

export interface PictureSize {
  readonly type: PictureType;
  /** Pixels as it is drawn, upright: what `naturalWidth` and `naturalHeight` of a browser say. */
  readonly width: number;
  readonly height: number;
  /** 1 for a picture that does not move. */
  readonly frames: number;
  /**
   * How a decoder that does not look for it has to turn the pixels of JPEG and PNG. Browsers turn by themselves. Always 1 for the others: AVIF
   * is turned by properties that decoders know, GIF has no such thing, and WebP is not turned by browsers whatever its EXIF data say.
   */
  readonly orientation: Orientation;
}

/**
 * The media type of a picture, by its content, for files that come from others: the whole structure is right and nothing follows its end. All
 * else is a file: SVG, HTML, BMP, TIFF, ICO, HEIC, PDF, what only begins like a picture, and what is a picture and something else.
 */
export function sniffPicture(bytes: Uint8Array): PictureType | undefined {
  const walked = walkPicture(bytes);
  return isRefusal(walked) || walked.removed.includes("trailing") ? undefined : walked.type;
}

/** From headers alone. `tooManyPixels` above MAX_PICTURE_SIDE, MAX_PICTURE_PIXELS a frame or MAX_ANIMATION_PIXELS in all: it must not be decoded. */
export function pictureSize(bytes: Uint8Array): PictureSize | Refusal {
  const walked = walkPicture(bytes);
  if (isRefusal(walked)) return walked;
  const { type, width, height, frames, orientation, framePixels, totalPixels } = walked;
  const isTooLong = Math.max(width, height) > MAX_PICTURE_SIDE;
  if (isTooLong || framePixels > MAX_PICTURE_PIXELS || totalPixels > MAX_ANIMATION_PIXELS)
    return refuse("tooManyPixels");
  const isOnSide = liesOnItsSide(orientation);
  return { type, width: isOnSide ? height : width, height: isOnSide ? width : height, frames, orientation };
}
