/** What a walk over a picture's structure finds, and why it ends early. */
import { MAX_PICTURE_BYTES } from "./limits.ts";

export type PictureType = "jpeg" | "png" | "gif" | "webp" | "avif";

/**
 * - `notPicture`: another kind of file, or nothing known.
 * - `heic`: a photograph in the format of telephones that browsers do not draw.
 * - `truncated`: it ends before its end.
 * - `damaged`: its structure contradicts its format.
 * - `unsupported`: a rare form of the format whose parts are not all known here.
 * - `tooLarge`: more bytes or parts than are looked at.
 * - `tooManyPixels`: it could be stripped, but must not be decoded.
 */
export type PictureProblem =
  | "notPicture"
  | "heic"
  | "truncated"
  | "damaged"
  | "unsupported"
  | "tooLarge"
  | "tooManyPixels";

export interface Refusal {
  readonly problem: PictureProblem;
}

/**
 * What was found and left out: camera data (`exif`), descriptions (`xmp`, `iptc`, `comment`), times, smaller copies (`thumbnail`), further
 * pictures or films in the same file (`images`), colour profiles, resolutions, data of programs, parts of unknown meaning, and whatever
 * followed the picture's end (`trailing`).
 */
export type Removed =
  | "exif"
  | "xmp"
  | "iptc"
  | "comment"
  | "time"
  | "thumbnail"
  | "images"
  | "profile"
  | "resolution"
  | "application"
  | "unknown"
  | "trailing";

/** How a picture is stored, as in EXIF (TIFF 6.0, tag 274): 1 upright, 3 upside down, 6 and 8 on its side, even ones up to 4 and odd ones from 5 mirrored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface Walked {
  readonly type: PictureType;
  /** Pixels, as stored. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  readonly frames: number;
  /** What a decoder has to make, of the largest frame and of all. */
  readonly framePixels: number;
  readonly totalPixels: number;
  /** The picture without the rest: parts of the input and new ones, in order. */
  readonly parts: readonly Uint8Array[];
  readonly removed: readonly Removed[];
}

export function refuse(problem: PictureProblem): Refusal {
  return { problem };
}

export function isRefusal<T extends object>(value: T | Refusal): value is Refusal {
  return "problem" in value;
}

/** Collects parts of the input that stay; neighbours become one. */
export interface Parts {
  keep(from: number, to: number): void;
  add(part: Uint8Array): void;
  drop(what: Removed): void;
  readonly list: Uint8Array[];
  readonly removed: Set<Removed>;
}

export function collectParts(bytes: Uint8Array): Parts {
  const list: Uint8Array[] = [];
  const removed = new Set<Removed>();
  let open: { readonly from: number; to: number } | undefined;
  return {
    list,
    removed,
    keep(from, to) {
      if (open?.to === from) {
        open.to = to;
        list[list.length - 1] = bytes.subarray(open.from, to);
        return;
      }
      open = { from, to };
      list.push(bytes.subarray(from, to));
    },
    add(part) {
      open = undefined;
      list.push(part);
    },
    drop: (what) => void removed.add(what),
  };
}

/** What every walk checks first. */
export function tooLarge(bytes: Uint8Array): boolean {
  return bytes.length > MAX_PICTURE_BYTES;
}
