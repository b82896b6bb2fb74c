/** The files of a message in an archive (ARC-9): what a history needs to read well. What opens them is left out, and so are the thumbnails. */
import type { FileManifest, PictureManifest, TransferId } from "@sotto/protocol";
import { FILE_KEY_BYTES, HASH_BYTES, MAX_PLACEHOLDER_BYTES, checkedFileBody, toHex } from "@sotto/protocol";
import type { Fields } from "./fields.ts";
import { bytesField, hasOnly, idField, isCount, isObject } from "./fields.ts";

const FILE_FIELDS = ["transfer", "path", "sizeBytes", "mediaType", "modifiedAtMs", "picture"];
const PICTURE_FIELDS = ["width", "height", "placeholder"];
const NOTHING = new Uint8Array(0);
/** Stand for what is left out while the rest is checked as of any message. */
const NO_SECRETS = { key: new Uint8Array(FILE_KEY_BYTES), root: new Uint8Array(HASH_BYTES) };

export function fileMembers({
  transfer,
  path,
  sizeBytes,
  mediaType,
  modifiedAtMs,
  picture,
}: FileManifest): Fields {
  const drawn = picture && {
    width: picture.width,
    height: picture.height,
    placeholder: toHex(picture.placeholder),
  };
  return { transfer, path, sizeBytes, mediaType, modifiedAtMs, picture: drawn };
}

/** The files, without keys and roots; `undefined` unless a message could offer them beside the text (FIL-7). */
export function parseFiles(text: string, value: unknown): readonly FileManifest[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const files = value.map(fileOf);
  if (!files.every((file) => file !== undefined)) return undefined;
  const body = checkedFileBody({ kind: "file", text, files });
  return body?.files.map((file) => ({ ...file, key: NOTHING, root: NOTHING }));
}

function fileOf(value: unknown): FileManifest | undefined {
  if (!isObject(value) || !hasOnly(value, FILE_FIELDS)) return undefined;
  const { path, sizeBytes, mediaType, modifiedAtMs } = value;
  const transfer = idField<TransferId>(value["transfer"]);
  const picture = value["picture"] === null ? null : pictureOf(value["picture"]);
  if (transfer === undefined || picture === undefined) return undefined;
  if (!Array.isArray(path) || !path.every((part) => typeof part === "string")) return undefined;
  if (!isCount(sizeBytes) || typeof mediaType !== "string") return undefined;
  if (modifiedAtMs !== null && !isCount(modifiedAtMs)) return undefined;
  return { transfer, path, sizeBytes, mediaType, modifiedAtMs, ...NO_SECRETS, picture };
}

function pictureOf(value: unknown): PictureManifest | undefined {
  if (!isObject(value) || !hasOnly(value, PICTURE_FIELDS)) return undefined;
  const { width, height } = value;
  const placeholder = bytesField(value["placeholder"], 0, MAX_PLACEHOLDER_BYTES);
  if (!isCount(width) || !isCount(height) || placeholder === undefined) return undefined;
  return { width, height, placeholder, thumbnail: NOTHING };
}
