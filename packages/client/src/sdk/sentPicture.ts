/** Pictures as they are sent: without what their files tell beside what they show (docs/decisions/0013-pictures.md). */
import type * as pictures from "@sotto/pictures";
import { MAX_PICTURE_BYTES, MAX_PLACEHOLDER_BYTES } from "@sotto/pictures/limits";
import type { PictureManifest } from "@sotto/protocol";
import { MAX_THUMBNAIL_BYTES } from "@sotto/protocol";
import type { FileContent, FileToSend } from "../api.ts";
import { sottoError } from "./messages.ts";

export interface SentPicture {
  readonly content: FileContent;
  readonly mediaType: string;
  readonly picture: PictureManifest | null;
}

type Pictures = Pick<typeof pictures, "pictureSize" | "sniffPicture">;

/** What drawn formats begin with, for files that are too large to be looked at whole. */
const HEADS: readonly (readonly [offset: number, text: string])[] = [
  [0, "\u00ff\u00d8\u00ff"],
  [0, "\u0089PNG"],
  [0, "GIF8"],
  [8, "WEBP"],
  [4, "ftypavif"],
  [4, "ftypavis"],
  [4, "ftyphei"],
  [4, "ftypmif1"],
];
const HEAD_BYTES = 16;

/**
 * `undefined` for what is no picture. Rejects with `pictureUnreadable` for one whose metadata cannot be found and removed, unless it goes as it is; then
 * one that is not understood goes as a plain file.
 */
export async function sentPicture(file: FileToSend): Promise<SentPicture | undefined> {
  const { content } = file;
  const head = await readAll(content, 0, Math.min(content.size, HEAD_BYTES));
  if (!looksLikePicture(head)) return undefined;
  if (content.size > MAX_PICTURE_BYTES) {
    if (file.asIs === true) return undefined;
    throw sottoError("pictureUnreadable", `${content.size} bytes`);
  }
  const bytes = await readAll(content, 0, content.size);
  // Most conversations send none: a browser fetches this with the first.
  const known = await import("@sotto/pictures");
  if (file.asIs === true) {
    const type = known.sniffPicture(bytes);
    return type && { content, mediaType: `image/${type}`, picture: describe(known, bytes, file.preview) };
  }
  const stripped = known.stripMetadata(bytes);
  if ("problem" in stripped) {
    if (stripped.problem === "notPicture") return undefined;
    throw sottoError("pictureUnreadable", stripped.problem);
  }
  return {
    content: contentOf(stripped.bytes),
    mediaType: `image/${stripped.type}`,
    picture: describe(known, stripped.bytes, file.preview),
  };
}

/** null for one that must not be decoded. */
function describe(
  known: Pictures,
  bytes: Uint8Array,
  preview: FileToSend["preview"],
): PictureManifest | null {
  const size = known.pictureSize(bytes);
  if ("problem" in size) return null;
  return {
    width: size.width,
    height: size.height,
    placeholder: upTo(preview?.placeholder, MAX_PLACEHOLDER_BYTES),
    thumbnail: thumbnailOf(known, preview?.thumbnail),
  };
}

/** What others would not show is not sent. */
function thumbnailOf({ sniffPicture }: Pictures, bytes: Uint8Array | undefined): Uint8Array {
  const fitting = upTo(bytes, MAX_THUMBNAIL_BYTES);
  const type = fitting.length > 0 ? sniffPicture(fitting) : undefined;
  return type === "jpeg" || type === "png" || type === "webp" ? fitting : new Uint8Array();
}

function upTo(bytes: Uint8Array | undefined, max: number): Uint8Array {
  return bytes !== undefined && bytes.length <= max ? bytes : new Uint8Array();
}

function looksLikePicture(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head);
  return HEADS.some(([offset, sign]) => text.startsWith(sign, offset));
}

/** Rejects with `fileChanged` when it is shorter than it was. */
export async function readAll(
  content: FileContent,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await content.slice(start, end).arrayBuffer());
  if (bytes.length !== end - start) throw sottoError("fileChanged");
  return bytes;
}

function contentOf(bytes: Uint8Array<ArrayBuffer>): FileContent {
  return {
    size: bytes.length,
    slice: (start, end) => ({ arrayBuffer: async () => bytes.slice(start, end).buffer }),
  };
}
