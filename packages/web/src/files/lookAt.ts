/** Looks at a file before it is sent: whether it can be read, and how it looks if it is a picture. */
import { previewOf } from "sotto/browser";
import { MAX_PICTURE_BYTES } from "@sotto/pictures";
import type { AttachmentLook } from "./attachment.ts";
import { firstTrouble } from "./attachment.ts";

/** What the device takes for pictures, whose metadata it removes. */
const PICTURES: ReadonlySet<string> = new Set([
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/webp",
  "image/avif",
]);

export async function lookAt(file: File): Promise<AttachmentLook> {
  const trouble = firstTrouble(file);
  if (trouble !== undefined) return { trouble };
  try {
    // Folders that come as files, and files that are gone, only tell when they are read.
    await file.slice(0, 1).arrayBuffer();
    return PICTURES.has(file.type) ? await lookAtPicture(file) : {};
  } catch {
    return { trouble: "unreadable" };
  }
}

async function lookAtPicture(file: File): Promise<AttachmentLook> {
  if (file.size > MAX_PICTURE_BYTES) return { trouble: "picture" };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { stripMetadata } = await import("@sotto/pictures");
  if ("problem" in stripMetadata(bytes)) return { trouble: "picture" };
  const picture = await previewOf(file);
  return picture === undefined ? {} : { picture };
}
