import type { FileManifest } from "@sotto/protocol";
import { arrayOf, bytesUpTo, idBytes, idOf, nullable, tuple, uint } from "@sotto/protocol";
import { blob, id, text } from "./shapes.ts";

/** Own records hold what was checked when it was taken in (FIL-7); a file that came with an archive has no key and no root (ARC-9). */
const secret = bytesUpTo(32);
const fileShape = tuple(
  id,
  arrayOf(text, 16),
  uint(),
  text,
  nullable(uint()),
  secret,
  secret,
  nullable(tuple(uint(), uint(), blob, blob)),
);

/** The files of a message. */
export const filesShape = arrayOf(fileShape, 32);

export function fileFields(files: readonly FileManifest[]): NonNullable<ReturnType<typeof filesShape>> {
  return files.map((file) => [
    idBytes(file.transfer),
    file.path,
    file.sizeBytes,
    file.mediaType,
    file.modifiedAtMs,
    file.key,
    file.root,
    file.picture && [
      file.picture.width,
      file.picture.height,
      file.picture.placeholder,
      file.picture.thumbnail,
    ],
  ]);
}

export function filesOf(fields: NonNullable<ReturnType<typeof filesShape>>): readonly FileManifest[] {
  return fields.map(([transfer, path, sizeBytes, mediaType, modifiedAtMs, key, root, picture]) => ({
    transfer: idOf(transfer),
    path,
    sizeBytes,
    mediaType,
    modifiedAtMs,
    key,
    root,
    picture: picture && {
      width: picture[0],
      height: picture[1],
      placeholder: picture[2],
      thumbnail: picture[3],
    },
  }));
}
