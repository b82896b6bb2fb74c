/** Files of messages onto the disk: fetched if they are not here, then written. */
import type { FileView, Sotto } from "sotto";
import { fetchFile } from "./fetchFile.ts";
import type { Offer } from "./offers.ts";
import type { SavedFile } from "./saveFiles.ts";
import { saveFiles, savePlace } from "./saveFiles.ts";

export interface SaveOptions {
  /** Ends the waiting for what is not here. */
  readonly signal?: AbortSignal;
  readonly onView?: (view: FileView) => void;
  readonly onSaved?: (file: SavedFile) => void;
}

/** To `path`, which is absolute: a folder, or a new name for one file. All are here before the first is written. Rejects as its parts do. */
export async function saveOffers(
  sotto: Sotto,
  offers: readonly Offer[],
  path: string,
  { signal, onView, onSaved }: SaveOptions = {},
): Promise<readonly SavedFile[]> {
  // Before anything is fetched: a folder that is not there is said at once.
  const place = await savePlace(path, offers.length);
  const failed = new AbortController();
  const waits = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  try {
    const options = { signal: waits, ...(onView && { onView }) };
    await Promise.all(offers.map(({ file }) => fetchFile(sotto, file.transfer, options)));
  } finally {
    // Of several, one that will not come ends the waiting for the others.
    failed.abort();
  }
  const files = offers.map(({ file }) => ({
    path: file.path,
    content: () => sotto.files.content(file.transfer),
  }));
  return saveFiles(files, place, onSaved);
}
