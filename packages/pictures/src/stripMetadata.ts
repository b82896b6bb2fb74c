/** Takes out of a picture what does not belong to what it shows: docs/decisions/0013-pictures.md. */
import { join } from "./bytes.ts";
import { walkPicture } from "./walk.ts";
import type { PictureType, Refusal, Removed } from "./walked.ts";
import { isRefusal } from "./walked.ts";

export interface Stripped {
  readonly type: PictureType;
  /** A new file of the same type with the same coded pixels, in a buffer of its own. Stripped again it stays the same. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What was in it, each kind once: to be told to the sender. */
  readonly removed: readonly Removed[];
}

/**
 * The picture without metadata; nothing is decoded or encoded. A refusal means that its structure is not understood: it can go as a plain file,
 * after a warning that everything in it goes along, and never as a picture. Pixels are not counted: see `pictureSize`.
 */
export function stripMetadata(bytes: Uint8Array): Stripped | Refusal {
  const walked = walkPicture(bytes);
  if (isRefusal(walked)) return walked;
  return { type: walked.type, bytes: join(walked.parts), removed: walked.removed };
}
