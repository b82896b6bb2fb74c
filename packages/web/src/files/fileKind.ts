/** What an icon says of a file: by what its sender says it is, or else by its name. It says nothing about how safe it is. */
import { extensionOf } from "./nameParts.ts";

export type FileKind = "picture" | "sound" | "film" | "text" | "archive" | "other";

const BY_EXTENSION: Readonly<Record<string, FileKind>> = {
  ...of("picture", "jpg jpeg png gif webp avif heic heif svg bmp tif tiff ico"),
  ...of("sound", "mp3 m4a aac wav flac ogg opus mid"),
  ...of("film", "mp4 mov mkv webm avi m4v"),
  ...of("text", "pdf txt md doc docx odt rtf tex xls xlsx ods csv ppt pptx odp html epub"),
  ...of("archive", "zip gz tgz bz2 xz zst 7z rar tar dmg iso"),
};

export function fileKindOf(mediaType: string, name: string): FileKind {
  const [family] = mediaType.split("/");
  if (family === "image") return "picture";
  if (family === "audio") return "sound";
  if (family === "video") return "film";
  const extension = extensionOf(name);
  const named = extension === undefined ? undefined : BY_EXTENSION[extension];
  return named ?? (family === "text" ? "text" : "other");
}

function of(kind: FileKind, extensions: string): Record<string, FileKind> {
  return Object.fromEntries(extensions.split(" ").map((extension) => [extension, kind]));
}
