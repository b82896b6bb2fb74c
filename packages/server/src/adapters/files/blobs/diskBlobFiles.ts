/** {@link BlobFiles} in a folder of the data directory. Names there are the server's own: nothing of a client's becomes a path. */
import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { createHave, fileLeafCount } from "@sotto/protocol";
import type { BlobFiles } from "../../../ports/blobFiles.ts";
import { BlobFilesError } from "../../../ports/blobFiles.ts";
import type { BlobPlace } from "../../../ports/records.ts";
import type { BlobFile, BlobPaths } from "./blobFile.ts";
import { openBlobFile } from "./blobFile.ts";

const HELD = ".held";
const NAME = /^([0-9a-f]{32})(?:\.held)?$/;
/** Files that stay open while nobody uses them: two descriptors each. */
const MAX_IDLE = 64;
const FREE_KNOWN_FOR_MS = 2000;

export interface DiskBlobFilesOptions {
  /** Made, for its owner alone, if there is none. */
  readonly dir: string;
  readonly nowMs: () => number;
  /** A code of the system's, for the log. */
  readonly onError: (code: string) => void;
}

interface Entry {
  readonly opening: Promise<BlobFile | undefined>;
  users: number;
}

/** Rejects with what the system says if the folder cannot be used. */
export async function openDiskBlobFiles(options: DiskBlobFilesOptions): Promise<BlobFiles> {
  const { dir, nowMs, onError } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const folder = await open(dir);
  /** The least lately used first. */
  const entries = new Map<BlobPlace, Entry>();
  const working = new Set<Promise<unknown>>();
  let free: { readonly bytes: number; readonly atMs: number } | undefined;
  let closed = false;

  function pathsOf(place: BlobPlace): BlobPaths {
    if (!NAME.test(place) || place.endsWith(HELD)) throw new TypeError("not a name of the server's");
    return { parcels: join(dir, place), held: join(dir, place + HELD) };
  }

  /** Nothing, without calling `use`, where there is no file and none is to be made. */
  async function using<T>(
    place: BlobPlace,
    sizeBytes: number,
    make: boolean,
    use: (file: BlobFile) => Promise<T> | T,
  ): Promise<T | undefined> {
    if (closed) throw new BlobFilesError("the server stops");
    for (;;) {
      const entry = entries.get(place) ?? {
        opening: openDurably(folder, pathsOf(place), sizeBytes, make),
        users: 0,
      };
      entries.delete(place);
      entries.set(place, entry);
      entry.users++;
      let file: BlobFile | undefined;
      try {
        file = await entry.opening;
        if (file !== undefined) return await use(file);
        if (!make) return undefined;
      } finally {
        entry.users--;
        if ((file === undefined || file.failed) && entries.get(place) === entry) entries.delete(place);
        if (entry.users === 0) settle(place, entry);
      }
    }
  }

  /** Nobody uses the entry now. */
  function settle(place: BlobPlace, entry: Entry): void {
    if (entries.get(place) !== entry) return closeEntry(entry);
    const idle = [...entries].filter(([, other]) => other.users === 0);
    for (const [oldPlace, old] of idle.slice(0, Math.max(0, idle.length - MAX_IDLE))) {
      entries.delete(oldPlace);
      closeEntry(old);
    }
  }

  function closeEntry({ opening }: Entry): void {
    void track(opening.then((file) => file?.close())).catch(() => {});
  }

  function track<T>(work: Promise<T>): Promise<T> {
    working.add(work);
    void work.catch(() => {}).finally(() => working.delete(work));
    return work;
  }

  /** Failures of the disk become the port's, and are told. */
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await track(work());
    } catch (error) {
      if (error instanceof BlobFilesError || error instanceof TypeError) throw error;
      const code = (error as NodeJS.ErrnoException).code ?? "unknown";
      onError(code);
      throw new BlobFilesError(`the disk says ${code}`, { cause: error });
    }
  }

  return {
    held: (place, sizeBytes) =>
      guarded(async () => {
        const held = await using(place, sizeBytes, false, (file) => file.held.slice());
        return held ?? createHave(fileLeafCount(sizeBytes));
      }),
    write: (place, sizeBytes, leaf, parcel) =>
      guarded(async () => {
        await using(place, sizeBytes, true, (file) => file.write(leaf, parcel));
      }),
    keep: (place, sizeBytes, leaf, room, isSame) =>
      guarded(async () => {
        const kept = await using(place, sizeBytes, false, (file) => file.keep(leaf, room, isSame));
        return kept ?? false;
      }),
    read: (place, sizeBytes, leaf, into) =>
      guarded(async () => {
        const read = await using(place, sizeBytes, false, (file) => file.read(leaf, into));
        return read ?? false;
      }),
    remove: (place) =>
      guarded(async () => {
        const { parcels, held } = pathsOf(place);
        const entry = entries.get(place);
        if (entry !== undefined) {
          entries.delete(place);
          if (entry.users === 0) closeEntry(entry);
        }
        // The bitmap first: what is left without it is nothing.
        await rm(held, { force: true });
        await rm(parcels, { force: true });
      }),
    list: () =>
      guarded(async () => {
        const places = (await readdir(dir)).map((name) => NAME.exec(name)?.[1]);
        return [...new Set(places.filter((place) => place !== undefined))];
      }),
    freeBytes: () =>
      guarded(async () => {
        const atMs = nowMs();
        if (free === undefined || atMs - free.atMs >= FREE_KNOWN_FOR_MS) {
          const { bavail, bsize } = await statfs(dir);
          free = { bytes: bavail * bsize, atMs };
        }
        return free.bytes;
      }),
    async close() {
      closed = true;
      while (working.size > 0) await Promise.allSettled(working);
      for (const entry of entries.values()) await entry.opening.then((file) => file?.close()).catch(() => {});
      entries.clear();
      await folder.close();
    },
  };
}

/** A new file's name is durable before anything in it is answered for. */
async function openDurably(
  folder: FileHandle,
  paths: BlobPaths,
  sizeBytes: number,
  make: boolean,
): Promise<BlobFile | undefined> {
  const there = await openBlobFile(paths, sizeBytes, false);
  if (there !== undefined || !make) return there;
  const made = await openBlobFile(paths, sizeBytes, true);
  await folder.sync();
  return made;
}
