/**
 * Pictures before they are sent and before they are drawn: what they are, how large, and without what else is in their files. Pure; nothing
 * here decodes a picture.
 */
export {
  MAX_PICTURE_BYTES,
  MAX_PICTURE_FRAMES,
  MAX_PICTURE_PIXELS,
  MAX_PLACEHOLDER_BYTES,
} from "./limits.ts";
export * from "./pictureSize.ts";
export * from "./placeholder.ts";
export * from "./stripMetadata.ts";
export type { Orientation, PictureProblem, PictureType, Refusal, Removed } from "./walked.ts";
