/** The one thing of EXIF that a picture cannot do without: which side is up (TIFF 6.0, tag 274). */
import { be16, be32, isTextAt, join, u16, u16le, u32, u32le } from "./bytes.ts";
import type { Orientation } from "./walked.ts";

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const ENTRY_BYTES = 12;

/** Of EXIF data from its TIFF header on; 1 if it says none or cannot be read. */
export function readOrientation(tiff: Uint8Array): Orientation {
  const little = isTextAt(tiff, 0, "II*\0");
  if (!little && !isTextAt(tiff, 0, "MM\0*")) return 1;
  const short = little ? u16le : u16;
  const start = (little ? u32le : u32)(tiff, 4);
  const count = short(tiff, start);
  const last = Math.min(count, Math.floor((tiff.length - start - 2) / ENTRY_BYTES));
  for (let i = 0; i < last; i++) {
    const at = start + 2 + i * ENTRY_BYTES;
    if (short(tiff, at) !== ORIENTATION_TAG) continue;
    const value = short(tiff, at + 8);
    return short(tiff, at + 2) === SHORT && value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

/** EXIF data that say that and nothing else, from the TIFF header on: 26 bytes. */
export function orientationOnly(orientation: Orientation): Uint8Array {
  return WRITTEN[orientation - 1] ?? write(1);
}

const WRITTEN: readonly Uint8Array[] = [1, 2, 3, 4, 5, 6, 7, 8].map(write);

function write(orientation: number): Uint8Array {
  const header = be16(0x4d4d, 0x002a, 0, 8);
  const entry = be16(1, ORIENTATION_TAG, SHORT, 0, 1, orientation, 0);
  return join([header, entry, be32(0)]);
}

/** Whether width and height change places when it is drawn. */
export function liesOnItsSide(orientation: Orientation): boolean {
  return orientation >= 5;
}
