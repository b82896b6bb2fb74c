/** Looks at a file before it is sent: whether it can be read, and how it looks if it is a picture. */
import { previewOf } from "sotto/browser";
import { MAX_PICTURE_BYTES } from "@sotto/pictures/limits";
import type { AttachmentLook } from "./attachment.ts";
import { firstTrouble } from "./attachment.ts";
import { fileKindOf } from "./fileKind.ts";

/** Of those that are too large to be looked at, what the device takes for pictures; it goes by their first bytes. */
const PICTURES: ReadonlySet<string> = new Set([
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/heic",
  "image/heif",
]);

export async function lookAt(file: File): Promise<AttachmentLook> {
  const trouble = firstTrouble(file);
  if (trouble !== undefined) return { trouble };
  try {
    // Folders that come as files, and files that are gone, only tell when they are read.
    await file.slice(0, 1).arrayBuffer();
    const isPicture = fileKindOf(file.type, file.name) === "picture";
    return isPicture ? await lookAtPicture(file) : {};
  } catch {
    return { trouble: "unreadable" };
  }
}

async function lookAtPicture(file: File): Promise<AttachmentLook> {
  if (file.size > MAX_PICTURE_BYTES) return PICTURES.has(file.type) ? { trouble: "picture" } : {};
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { stripMetadata } = await import("@sotto/pictures");
  const stripped = stripMetadata(bytes);
  if ("problem" in stripped) return stripped.problem === "notPicture" ? {} : { trouble: "picture" };
  const picture = await previewOf(file);
  return picture === undefined ? {} : { picture };
}
