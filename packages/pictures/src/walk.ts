/** Finds the walk for a file, by what it begins with. */
import { brandOf, walkAvif } from "./avif/walkAvif.ts";
import { isTextAt, u8 } from "./bytes.ts";
import { walkGif } from "./gif/walkGif.ts";
import { walkJpeg } from "./jpeg/walkJpeg.ts";
import { PNG_SIGNATURE, walkPng } from "./png/walkPng.ts";
import type { Refusal, Walked } from "./walked.ts";
import { refuse, tooLarge } from "./walked.ts";
import { isWebp, walkWebp } from "./webp/walkWebp.ts";

/** One pass over the structure, in time linear in the length; never throws. */
export function walkPicture(bytes: Uint8Array): Walked | Refusal {
  if (tooLarge(bytes)) return refuse("tooLarge");
  if (isTextAt(bytes, 0, "\xff\xd8") && u8(bytes, 2) === 0xff) return walkJpeg(bytes);
  if (isTextAt(bytes, 0, PNG_SIGNATURE)) return walkPng(bytes);
  if (isTextAt(bytes, 0, "GIF87a") || isTextAt(bytes, 0, "GIF89a")) return walkGif(bytes);
  if (isWebp(bytes)) return walkWebp(bytes);
  const brand = brandOf(bytes);
  if (brand === "avif") return walkAvif(bytes);
  return refuse(brand === "heic" ? "heic" : "notPicture");
}
