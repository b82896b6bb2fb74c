/** The first look at an archive's file. Imports no cryptography: the page of the web app asks before its worker opens the file. */
import { fromUtf8 } from "@sotto/protocol";
import type { FileContent } from "../api.ts";

/** What the first line of a sealed archive calls it. */
export const SEALED_FORMAT = "sotto-history-sealed";
const SEALED_START = `{"format":"${SEALED_FORMAT}",`;

/** Whether the file says that it is sealed. */
export async function isSealedFile(file: FileContent): Promise<boolean> {
  const start = await file.slice(0, SEALED_START.length).arrayBuffer();
  return fromUtf8(new Uint8Array(start)) === SEALED_START;
}
