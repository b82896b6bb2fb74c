/**
 * What may be drawn of what others send: JPEG, PNG, WebP, GIF and AVIF by their content, whole, and of so many pixels that a decoder can be let near
 * it. Never what its sender says that it is; SVG and HTML are files. The code that looks comes with the first picture.
 */
import type { FileView, Sotto } from "../../api.ts";

/** Bytes of a picture that is shown. */
export const MAX_SHOWN_BYTES: number = 16 * 1024 * 1024;
/** Pixels of a side: 16 KiB of a thumbnail could unfold to anything. */
const MAX_THUMBNAIL_SIDE = 1024;
const ANY_SIDE = Infinity;

/** A picture that is here, with its real type; `undefined` for what is not drawn. Rejects as {@link Sotto.files.content} does. */
export async function blobOf(
  { files }: Pick<Sotto, "files">,
  { transfer, total }: Pick<FileView, "transfer" | "total">,
): Promise<Blob | undefined> {
  if (total > MAX_SHOWN_BYTES) return undefined;
  const bytes = new Uint8Array(total);
  let taken = 0;
  for await (const leaf of files.content(transfer)) {
    bytes.set(leaf, taken);
    taken += leaf.length;
  }
  return shown(bytes, ANY_SIDE);
}

/** The same of what a message brings with it. */
export function thumbnailOf(thumbnail: Uint8Array): Promise<Blob | undefined> {
  return shown(thumbnail, MAX_THUMBNAIL_SIDE);
}

async function shown(bytes: Uint8Array, maxSide: number): Promise<Blob | undefined> {
  const { sniffPicture, pictureSize } = await import("@sotto/pictures");
  const type = sniffPicture(bytes);
  const size = pictureSize(bytes);
  if (type === undefined || "problem" in size || Math.max(size.width, size.height) > maxSide)
    return undefined;
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: `image/${type}` });
}
