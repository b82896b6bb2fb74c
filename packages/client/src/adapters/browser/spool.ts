/**
 * A file in the clear on its way to where downloads go, in the origin private file system: a `Blob` of that size would be in some browser's memory, or
 * not be made at all. It goes when the download has had its time, by the next one, by the next start, and with the account.
 */
import { originFolder } from "./originFolder.ts";

/** Beside the shelf's. */
const FOLDER = "sotto downloads";
/** A download that has begun reads on from what it has opened. */
const KEEP_MS = 10 * 60_000;
/** What a page has left behind that was closed; others may be writing. */
const FORGOTTEN_MS = 60 * 60_000;

/** Where to write it; `undefined` where pages cannot write private files. Reject with the browser's own errors, here as below. */
export async function spoolFile(): Promise<FileSystemFileHandle | undefined> {
  if (!("FileSystemFileHandle" in globalThis) || !("createWritable" in FileSystemFileHandle.prototype))
    return undefined;
  await sweepSpool();
  return (await folder()).getFileHandle(crypto.randomUUID(), { create: true });
}

/** After its content has been handed over. */
export function unspoolLater({ name }: FileSystemFileHandle): void {
  const removing = async (): Promise<void> => (await folder()).removeEntry(name);
  // Then the next sweep does it.
  setTimeout(() => void removing().catch(() => {}), KEEP_MS);
}

/** Removes what was left behind. */
export async function sweepSpool(): Promise<void> {
  const own = await folder();
  for await (const handle of own.values()) {
    if (handle.kind === "directory") continue;
    const { lastModified } = await handle.getFile();
    if (lastModified < Date.now() - FORGOTTEN_MS) await own.removeEntry(handle.name).catch(() => {});
  }
}

/** With the account. */
export function eraseSpool(storage: StorageManager): Promise<void> {
  return originFolder(storage, FOLDER).erase();
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}
