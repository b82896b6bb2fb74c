/** A folder of the origin private file system, and what its errors mean. */
import { FileShelfError } from "../../ports/fileShelf.ts";

/** An open file. All is done when the call returns; throws {@link FileShelfError}. */
export interface SyncFile {
  /** Exactly so many bytes; fewer are there: `missing`. */
  read(atByte: number, lengthBytes: number): Uint8Array;
  readAll(): Uint8Array;
  sizeBytes(): number;
  /** Nothing is in it any more. */
  empty(): void;
  /** All of them, or `full`; then some may be there. */
  write(bytes: Uint8Array, atByte: number): void;
  /** What was written is durable. */
  flush(): void;
  /** Idempotent. */
  close(): void;
}

/** Calls reject with {@link FileShelfError}. */
export interface OriginFolder {
  /** Makes it, or opens what is there. */
  open(name: string): Promise<SyncFile>;
  /** Also of one that is not there. */
  remove(name: string): Promise<void>;
  list(): Promise<readonly string[]>;
  /** With all that is in it. */
  erase(): Promise<void>;
}

/** Of dedicated workers alone, and of no list of names that pages have. */
interface AccessHandle {
  read(into: Uint8Array, options: { readonly at: number }): number;
  write(from: Uint8Array, options: { readonly at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

type WithAccess = FileSystemFileHandle & {
  createSyncAccessHandle(options: { readonly mode: "readwrite-unsafe" }): Promise<AccessHandle>;
};

/** Made with its first file. `storage`: of the worker's navigator; without private files every call but `list` and removals is `failed`. */
export function originFolder(storage: StorageManager, name: string): OriginFolder {
  const folder: OriginFolder = {
    async open(file) {
      return guarded(async () =>
        syncFile(await access(await (await ownFolder()).getFileHandle(file, { create: true }))),
      );
    },
    async remove(file) {
      if (!hasFiles(storage)) return;
      await guarded(async () => {
        const own = await ownFolder();
        await own.removeEntry(file).catch(async (error: unknown) => {
          if (nameOf(error) === "NotFoundError") return;
          if (nameOf(error) !== "NoModificationAllowedError") throw error;
          await empty(await own.getFileHandle(file));
        });
      });
    },
    async list() {
      if (!hasFiles(storage)) return [];
      return guarded(async () => {
        const names: string[] = [];
        for await (const file of (await ownFolder()).keys()) names.push(file);
        return names;
      });
    },
    async erase() {
      for (const file of await folder.list()) await folder.remove(file);
    },
  };
  return folder;

  async function ownFolder(): Promise<FileSystemDirectoryHandle> {
    if (!hasFiles(storage))
      throw new FileShelfError("failed", "This browser cannot keep files. Use a later version of it.");
    return (await storage.getDirectory()).getDirectoryHandle(name, { create: true });
  }
}

function hasFiles(storage: StorageManager): boolean {
  return "getDirectory" in storage;
}

/**
 * Shared, where the browser knows how (Chromium): a tab that was robbed of the lead while it slept still has its handles. It may write what it was
 * about to when it wakes up: a verified leaf is the same whoever writes it, and bits that are fewer cost the leaves that they miss.
 */
function access(file: FileSystemFileHandle): Promise<AccessHandle> {
  return (file as WithAccess).createSyncAccessHandle({ mode: "readwrite-unsafe" });
}

/** What a sleeping tab has open is not removed; its bytes go all the same. */
async function empty(file: FileSystemFileHandle): Promise<void> {
  const open = syncFile(await access(file));
  try {
    open.empty();
    open.flush();
  } finally {
    open.close();
  }
}

function syncFile(handle: AccessHandle): SyncFile {
  const read = (at: number, lengthBytes: number): Uint8Array => {
    const bytes = new Uint8Array(lengthBytes);
    if (handle.read(bytes, { at }) < lengthBytes)
      throw new FileShelfError("missing", "the file has been cut off");
    return bytes;
  };
  return {
    read: (at, lengthBytes) => guardedNow(() => read(at, lengthBytes)),
    readAll: () => guardedNow(() => read(0, handle.getSize())),
    sizeBytes: () => guardedNow(() => handle.getSize()),
    empty: () => guardedNow(() => handle.truncate(0)),
    write: (bytes, at) =>
      guardedNow(() => {
        if (handle.write(bytes, { at }) < bytes.length) throw new FileShelfError("full", NO_ROOM);
      }),
    flush: () => guardedNow(() => handle.flush()),
    close: () => handle.close(),
  };
}

const NO_ROOM = "This browser has no room left. Free some space and try again.";

async function guarded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw shelfErrorOf(error);
  }
}

function guardedNow<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw shelfErrorOf(error);
  }
}

function shelfErrorOf(error: unknown): FileShelfError {
  if (error instanceof FileShelfError) return error;
  const options = { cause: error };
  switch (nameOf(error)) {
    case "QuotaExceededError":
      return new FileShelfError("full", NO_ROOM, options);
    case "NotFoundError":
      return new FileShelfError("missing", "The file is not in this browser any more.", options);
    default:
      return new FileShelfError(
        "failed",
        `This browser could not use its files (${nameOf(error)}).`,
        options,
      );
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
