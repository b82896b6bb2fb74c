/**
 * What a message says of the files that it sends (FIL-7): name, size, key and root of each. The body of a content of kind 5.
 * As it is inside MLS, its sender has signed it, and it alone says what a file is: what comes by either path is held against it.
 */
import { utf8 } from "./bytes.ts";
import type { CborValue } from "./cbor.ts";
import { encodeCbor } from "./cbor.ts";
import type { TransferId } from "./ids.ts";
import { idBytes, idOf } from "./ids.ts";
import {
  HASH_BYTES,
  ID_BYTES,
  MAX_FILE_BYTES,
  MAX_FILE_NAME_BYTES,
  MAX_FILE_PATH_BYTES,
  MAX_FILE_PATH_PARTS,
  MAX_FILES_BODY_BYTES,
  MAX_FILES_IN_MESSAGE,
  MAX_MEDIA_TYPE_CHARS,
  MAX_PLACEHOLDER_BYTES,
  MAX_TEXT_BYTES,
  MAX_THUMBNAIL_BYTES,
} from "./limits.ts";
import { arrayOf, bytesOf, bytesUpTo, nullable, textUpTo, tuple, uint } from "./schema.ts";

/** AES-256. */
export const FILE_KEY_BYTES = 32;

/** How a picture looks before it is there. */
export interface PictureManifest {
  /** In pixels, as it is shown; 1 to 65,535. */
  readonly width: number;
  readonly height: number;
  /** A ThumbHash, or empty. */
  readonly placeholder: Uint8Array;
  /** JPEG, PNG or WebP, or empty. Whoever shows it goes by its first bytes and shows nothing else. */
  readonly thumbnail: Uint8Array;
}

export interface FileManifest {
  /** 128 random bits for each file that is sent, never used again: salt of its key, and its name on both paths. */
  readonly transfer: TransferId;
  /**
   * Folders and last the name, in NFC. Never empty, `.` or `..`, without separators and controls; still from a stranger: what is saved is saved under
   * `safeFileName` of each part.
   */
  readonly path: readonly string[];
  /** Of the content: the number of leaves and the length of each follow. */
  readonly sizeBytes: number;
  /** RFC 6838 without parameters, in lower case. What the sender says it is, nothing more. */
  readonly mediaType: string;
  /** Milliseconds since 1970 by the sender's file system. */
  readonly modifiedAtMs: number | null;
  /** 32 random bytes for this transfer alone. */
  readonly key: Uint8Array;
  /** Of the tree over the sealed leaves. */
  readonly root: Uint8Array;
  readonly picture: PictureManifest | null;
}

export interface FileBody {
  readonly kind: "file";
  /** Said beside them; may be empty. */
  readonly text: string;
  /** At least one. */
  readonly files: readonly FileManifest[];
}

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;
/** Separators of any system, C0, DEL and C1. */
// oxlint-disable-next-line no-control-regex -- controls are what is looked for
const NOT_IN_NAMES = /[/\\\u0000-\u001f\u007f-\u009f]/;

const pictureShape = tuple(
  uint(0xffff),
  uint(0xffff),
  bytesUpTo(MAX_PLACEHOLDER_BYTES),
  bytesUpTo(MAX_THUMBNAIL_BYTES),
);
const fileShape = tuple(
  bytesOf(ID_BYTES),
  arrayOf(textUpTo(MAX_FILE_NAME_BYTES), MAX_FILE_PATH_PARTS),
  uint(MAX_FILE_BYTES),
  textUpTo(MAX_MEDIA_TYPE_CHARS),
  nullable(uint()),
  bytesOf(FILE_KEY_BYTES),
  bytesOf(HASH_BYTES),
  nullable(pictureShape),
);
const bodyShape = tuple(textUpTo(MAX_TEXT_BYTES), arrayOf(fileShape, MAX_FILES_IN_MESSAGE));

/**
 * The body fields of a content. Throws `RangeError` for what {@link fileBodyOf} would not take: senders make names with `safeFileName`, leave out
 * thumbnails and send more messages until the body fits (`MAX_FILES_BODY_BYTES`).
 */
export function fileBodyFields({ text, files }: FileBody): CborValue {
  const fields = [text.toWellFormed(), files.map(manifestFields)];
  if (fileBodyOf(fields) === undefined) throw new RangeError("files do not fit a message");
  return fields;
}

/** The body as its receivers will read it; `undefined` if they would not take it. */
export function checkedFileBody({ text, files }: FileBody): FileBody | undefined {
  return fileBodyOf([text.toWellFormed(), files.map(manifestFields)]);
}

/** `undefined` for anything else, a single bad file included. */
export function fileBodyOf(raw: CborValue): FileBody | undefined {
  const fields = bodyShape(raw);
  if (fields === undefined || encodeCbor(raw).length > MAX_FILES_BODY_BYTES) return undefined;
  const files = fields[1].map(manifestOf);
  if (files.length === 0 || !files.every((file) => file !== undefined)) return undefined;
  // Two files of one id would share a key stream's salt and a place in every table.
  if (new Set(files.map(({ transfer }) => transfer)).size < files.length) return undefined;
  return { kind: "file", text: fields[0], files };
}

function manifestFields(file: FileManifest): CborValue {
  const { picture } = file;
  return [
    idBytes(file.transfer),
    file.path.map(normal),
    file.sizeBytes,
    file.mediaType,
    file.modifiedAtMs,
    file.key,
    file.root,
    picture && [picture.width, picture.height, picture.placeholder, picture.thumbnail],
  ];
}

function manifestOf([
  transfer,
  rawPath,
  sizeBytes,
  mediaType,
  modifiedAtMs,
  key,
  root,
  rawPicture,
]: NonNullable<ReturnType<typeof fileShape>>): FileManifest | undefined {
  const path = rawPath.map(normal);
  const picture = rawPicture && pictureOf(rawPicture);
  if (!isPath(path) || !MEDIA_TYPE.test(mediaType) || picture === undefined) return undefined;
  return { transfer: idOf(transfer), path, sizeBytes, mediaType, modifiedAtMs, key, root, picture };
}

function pictureOf([width, height, placeholder, thumbnail]: NonNullable<ReturnType<typeof pictureShape>>):
  | PictureManifest
  | undefined {
  return width > 0 && height > 0 ? { width, height, placeholder, thumbnail } : undefined;
}

/**
 * Normalised by both sides rather than refused by one: which text is NFC depends on the version of Unicode, and a name that cannot be compared is
 * better than a message that is lost.
 */
function normal(name: string): string {
  return name.toWellFormed().normalize("NFC");
}

function isPath(path: readonly string[]): boolean {
  const sizes = path.map((part) => utf8(part).length);
  return (
    path.length > 0 &&
    path.every((part) => part !== "." && part !== ".." && !NOT_IN_NAMES.test(part)) &&
    sizes.every((size) => size > 0 && size <= MAX_FILE_NAME_BYTES) &&
    sizes.reduce((sum, size) => sum + size, 0) <= MAX_FILE_PATH_BYTES
  );
}
