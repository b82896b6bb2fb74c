/**
 * Files of others onto this machine's disk (ATTACKS 23). Everything lands inside the folder that was chosen, under a name made safe (FIL-9) and free; no
 * link is followed, nothing is replaced, nothing can be executed. A file is written beside its name and gets it when it is whole.
 */
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { chmod, mkdir, open, realpath, rename, rmdir, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { safeFileName } from "@sotto/protocol";
import { CommandError } from "../problems.ts";

/** A file as its manifest names it. */
export interface FileToSave {
  /** Of a stranger. */
  readonly path: readonly string[];
  readonly content: () => AsyncIterable<Uint8Array>;
}

export interface SavedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

/** Where files go: into a folder, or, of one alone, under a name in it that the user has chosen. */
export interface SavePlace {
  /** It is there, and no link. */
  readonly folder: string;
  readonly name: string | undefined;
}

/** What comes behind a name that is taken: " (1)" to " (99)". */
const MAX_TRIES = 99;
const WRITE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const OWNER_ONLY = 0o600;
/** Less what the process's mask takes away. */
const PLAIN_FILE = 0o666;

/**
 * The place at an absolute path: a folder that is there, or a name that is not in one that is. Throws `notFound` without that folder, `fileExists` for
 * a name when there are several files.
 */
export async function savePlace(path: string, fileCount: number): Promise<SavePlace> {
  if (await isFolder(path)) return { folder: await realpath(path), name: undefined };
  const folder = dirname(path);
  if (/[/\\]$/.test(path)) throw new CommandError("notFound", `There is no folder ${path}.`);
  if (!(await isFolder(folder))) throw new CommandError("notFound", `There is no folder ${folder}.`);
  if (fileCount !== 1)
    throw new CommandError("notFound", `There is no folder ${path} to save ${fileCount} files in.`);
  return { folder: await realpath(folder), name: basename(path) };
}

/** Saves them one after the other; `onSaved` is told of each. What was saved before an error stays; of the one that failed nothing does. */
export async function saveFiles(
  files: readonly FileToSave[],
  place: SavePlace,
  onSaved: (file: SavedFile) => void = () => {},
): Promise<readonly SavedFile[]> {
  const folders = createFolders(place.folder);
  const saved: SavedFile[] = [];
  for (const { path, content } of files) {
    const names = path.map(safeFileName);
    const name = place.name ?? names.at(-1) ?? "file";
    const folder = place.name === undefined ? await folders.folderOf(names.slice(0, -1)) : place.folder;
    const file = await saveFile(folder, name, content()).catch(async (error: unknown) => {
      await folders.removeEmpty();
      throw error;
    });
    saved.push(file);
    onSaved(file);
  }
  return saved;
}

interface Folders {
  folderOf(names: readonly string[]): Promise<string>;
  removeEmpty(): Promise<void>;
}

/** Folders are made new, none of theirs is one that was there: what is in that nobody has asked them to add to. */
function createFolders(root: string): Folders {
  const made = new Map<string, string>();
  return {
    async folderOf(names) {
      let folder = root;
      for (let depth = 1; depth <= names.length; depth++) {
        const key = names.slice(0, depth).join("/");
        const known = made.get(key) ?? (await makeFolder(folder, names[depth - 1] as string));
        made.set(key, known);
        folder = known;
      }
      return folder;
    },
    async removeEmpty() {
      for (const folder of [...made.values()].toReversed()) await rmdir(folder).catch(() => {});
    },
  };
}

function makeFolder(parent: string, name: string): Promise<string> {
  return underFreeName(parent, name, "", async (path) => {
    await mkdir(path);
    return path;
  });
}

async function saveFile(
  folder: string,
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<SavedFile> {
  const part = await underFreeName(folder, name, ".part", async (path) => ({
    path,
    file: await open(path, WRITE_NEW, OWNER_ONLY),
  }));
  try {
    const bytes = await writeContent(part.file, content);
    return { path: await underFreeName(folder, name, "", (path) => nameWhole(part.path, path)), bytes };
  } catch (error) {
    await unlink(part.path).catch(() => {});
    throw withPlainWords(error, folder);
  }
}

/** Closes the file. */
async function writeContent(file: FileHandle, content: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  try {
    for await (const chunk of content) {
      await file.writeFile(chunk);
      bytes += chunk.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes;
}

/** Puts the whole one in the place of a file that takes its name, and shows what the process's mask leaves of a file's mode. */
async function nameWhole(part: string, path: string): Promise<string> {
  const mode = await takeName(path);
  try {
    await chmod(part, mode);
    await rename(part, path);
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  }
  return path;
}

async function takeName(path: string): Promise<number> {
  const file = await open(path, WRITE_NEW, PLAIN_FILE);
  try {
    return (await file.stat()).mode & PLAIN_FILE;
  } finally {
    await file.close();
  }
}

/** The first of `name`, `name (1)`, … that `take` can have; a taken one rejects with `EEXIST`. */
async function underFreeName<T>(
  folder: string,
  name: string,
  suffix: string,
  take: (path: string) => Promise<T>,
): Promise<T> {
  for (let number = 0; number <= MAX_TRIES; number++) {
    try {
      return await take(join(folder, `${numbered(name, number)}${suffix}`));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw withPlainWords(error, folder);
    }
  }
  throw new CommandError("fileExists", `There are too many files named ${name} in ${folder}.`);
}

/** `photo.jpg`, `photo (1).jpg`. */
function numbered(name: string, number: number): string {
  if (number === 0) return name;
  const dot = name.lastIndexOf(".");
  const at = dot > 0 ? dot : name.length;
  return `${name.slice(0, at)} (${number})${name.slice(at)}`;
}

/** Follows links: the user has named it. */
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function withPlainWords(error: unknown, folder: string): unknown {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new CommandError(
      "diskFull",
      `There is no room on the disk of ${folder}. Make room and try again.`,
    );
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new CommandError("notWritable", `You may not write to ${folder}. Choose another folder.`);
  return error;
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null)?.code;
}
