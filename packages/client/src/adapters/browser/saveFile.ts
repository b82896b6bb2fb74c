/**
 * A file from the shelf to where the person keeps files, leaf by leaf: written where they say, or made a download of. Large ones lie in a private
 * file meanwhile (docs/decisions/0015-files-in-browsers.md).
 */
import { safeFileName } from "@sotto/protocol";
import type { FileView, Sotto } from "../../api.ts";
import { sottoError } from "../../sdk/messages.ts";
import { spoolFile, unspoolLater } from "./spool.ts";

/** A part of the File System Access API. */
interface Picker {
  showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<FileSystemFileHandle>;
}

/** Larger ones are no `Blob` in memory. */
const MAX_JOINED_BYTES = 64 * 1024 * 1024;
/** Nobody says when a download has begun. */
const GIVE_BACK_MS = 60_000;

/**
 * Asks where to, if the browser can and somebody has just clicked; else it goes where downloads go. Never opened, whatever it is. False: the person has
 * thought better of it. Rejects as {@link Sotto.files.content} does, and with `diskFull`, `storeFailed`; then nothing is there.
 */
export async function saveFile(
  { files }: Pick<Sotto, "files">,
  { transfer, name, total }: Pick<FileView, "transfer" | "name" | "total">,
): Promise<boolean> {
  // Names come from others, and from before they were checked.
  const safeName = safeFileName(name);
  const place = await pickPlace(safeName);
  if (place === "dismissed") return false;
  if (place !== "none") await writeTo(place, files.content(transfer));
  else if (total <= MAX_JOINED_BYTES) download(await joined(files.content(transfer)), safeName);
  else await downloadSpooled(files.content(transfer), safeName);
  return true;
}

async function downloadSpooled(content: AsyncIterable<Uint8Array>, name: string): Promise<void> {
  const place = await told(spoolFile());
  if (place === undefined) return download(await joined(content), name);
  try {
    await writeTo(place, content);
    download(await told(place.getFile()), name);
  } finally {
    unspoolLater(place);
  }
}

async function pickPlace(suggestedName: string): Promise<FileSystemFileHandle | "dismissed" | "none"> {
  const page = globalThis as Picker;
  if (page.showSaveFilePicker === undefined) return "none";
  try {
    return await page.showSaveFilePicker({ suggestedName });
  } catch (error) {
    // Without a click, in a frame, or with a name that the browser does not like: a download does it.
    return error instanceof DOMException && error.name === "AbortError" ? "dismissed" : "none";
  }
}

/** Each leaf is with the browser before the next one is asked for. */
async function writeTo(place: FileSystemFileHandle, content: AsyncIterable<Uint8Array>): Promise<void> {
  const writable = await told(place.createWritable());
  try {
    for await (const leaf of content) await told(writable.write(leaf as Uint8Array<ArrayBuffer>));
    await told(writable.close());
  } catch (error) {
    // Half a file must not look like one. It may have ended by itself.
    await writable.abort().catch(() => {});
    throw error;
  }
}

async function told<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    const isFull = error instanceof Error && error.name === "QuotaExceededError";
    throw sottoError(isFull ? "diskFull" : "storeFailed", undefined, error);
  }
}

async function joined(content: AsyncIterable<Uint8Array>): Promise<Blob> {
  const parts: Blob[] = [];
  for await (const leaf of content) parts.push(new Blob([leaf as Uint8Array<ArrayBuffer>]));
  return new Blob(parts);
}

function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  // Of no type that a browser would show.
  link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), GIVE_BACK_MS);
}
