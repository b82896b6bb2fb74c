/** Bounds of what is taken for a picture. Beyond them a file is a file: sent and kept, never drawn. */

/** Bytes: a photograph of 50 megapixels has 10 to 20 MiB. Every walk over as many takes less than 100 ms. */
export const MAX_PICTURE_BYTES: number = 24 * 1024 * 1024;
/** Pixels of one frame, before anything decodes it: 256 MiB as RGBA. */
export const MAX_PICTURE_PIXELS: number = 64 * 1024 * 1024;
/** Pixels of a side: what a file's description can say (docs/protocol/files.md). */
export const MAX_PICTURE_SIDE = 65_535;
/** Pixels of all frames together: a screen of 1920 x 1080 for 500 frames. */
export const MAX_ANIMATION_PIXELS: number = 1024 * 1024 * 1024;
/** Frames of an animation. */
export const MAX_PICTURE_FRAMES = 4096;
/** Segments, chunks or blocks of one file: a PNG of 24 MiB in the usual 8 KiB chunks has 3,072. */
export const MAX_PARTS = 65_536;
/** Items of an AVIF file: a grid has at most 256 tiles, its alpha as many. */
export const MAX_ITEMS = 544;
/** Bytes of what an AVIF file says about its items: about 60 an item. */
export const MAX_META_BYTES: number = 128 * 1024;
/** Bytes of a colour profile, and of one before it is inflated (PNG). Larger ones are tables for printers. */
export const MAX_PROFILE_BYTES = 65_536;
export const MAX_DEFLATED_PROFILE_BYTES = 8192;
/** Bytes of a blurred placeholder. */
export const MAX_PLACEHOLDER_BYTES = 25;
