/** A picture for a profile, from a file. */
import { readFile, stat } from "node:fs/promises";
import { SottoError } from "sotto";
import { MESSAGES } from "sotto";

/** Above this nothing is read: the SDK takes a quarter of it. */
const MAX_READ_BYTES = 1024 * 1024;

/** Its bytes, whatever they are. Rejects with `fileUnreadable`, or `badPicture` for one that is far too large. */
export async function readPicture(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new SottoError("fileUnreadable", MESSAGES.fileUnreadable);
  if (found.size > MAX_READ_BYTES) throw new SottoError("badPicture", MESSAGES.badPicture);
  return readFile(path).catch((error: unknown) => {
    throw new SottoError("fileUnreadable", MESSAGES.fileUnreadable, { cause: error });
  });
}
