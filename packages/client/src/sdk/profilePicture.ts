/** Pictures of profiles: what is sent, and what is taken of others (PRO-6). */
import { MAX_PROFILE_PICTURE_BYTES, MAX_PROFILE_PICTURE_SIDE } from "@sotto/protocol";
import { sottoError } from "./messages.ts";

/** The picture without metadata. Rejects with `badPicture` for any that {@link takenPicture} would not take. */
export async function givenPicture(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { stripMetadata } = await import("@sotto/pictures");
  // Nothing that is so large is looked at.
  const stripped = bytes.length > 4 * MAX_PROFILE_PICTURE_BYTES ? undefined : stripMetadata(bytes);
  if (stripped === undefined || "problem" in stripped || !(await isUsable(stripped.bytes)))
    throw sottoError("badPicture");
  return stripped.bytes;
}

/** The picture of somebody else, or null for what is not to be decoded. */
export async function takenPicture(bytes: Uint8Array | null): Promise<Uint8Array | null> {
  return bytes !== null && (await isUsable(bytes)) ? bytes : null;
}

/** One still JPEG or WebP and nothing behind it, of few pixels: a small file can hold a picture that fills the memory. */
async function isUsable(bytes: Uint8Array): Promise<boolean> {
  if (bytes.length === 0 || bytes.length > MAX_PROFILE_PICTURE_BYTES) return false;
  const { pictureSize, sniffPicture } = await import("@sotto/pictures");
  const type = sniffPicture(bytes);
  if (type !== "jpeg" && type !== "webp") return false;
  const size = pictureSize(bytes);
  if ("problem" in size || size.frames !== 1) return false;
  return Math.max(size.width, size.height) <= MAX_PROFILE_PICTURE_SIDE;
}
