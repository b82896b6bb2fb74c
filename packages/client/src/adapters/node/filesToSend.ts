/** Files and folders of this machine as what `Sotto.files.send` takes. Nothing but names and sizes is read before it is sent. */
import type { BigIntStats } from "node:fs";
import { lstat, opendir, realpath } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { MAX_FILE_PATH_PARTS } from "@sotto/protocol";
import type { FileToSend } from "../../api.ts";
import { SottoError } from "../../api.ts";
import { sottoError } from "../../sdk/messages.ts";
import { diskContent, unreadable } from "./diskContent.ts";
import { mediaTypeOf } from "./mediaTypes.ts";

/** Of one folder, with all in it; folders count as well. */
const MAX_ENTRIES = 1000;

export interface FilesToSend {
  /** By their paths; at least one. */
  readonly files: readonly FileToSend[];
  /** Symbolic links in a folder: they are not followed, and not sent. Paths below the folder. */
  readonly leftOut: readonly string[];
}

/**
 * The file at `path`, or all files in the folder there under its name, with their folders in their paths; what `path` itself links to is followed.
 * Rejects with `SottoError`: `fileUnreadable` for what is neither, what may not be read, a folder without files, and whatever lies in one that is no
 * file; `fileTooLarge` for a folder of more than 1,000 entries or more than 14 folders deep.
 */
export async function filesToSend(path: string): Promise<FilesToSend> {
  const absolute = resolve(path);
  try {
    const target = await realpath(absolute);
    const stats = await lstat(target, { bigint: true });
    const name = basename(absolute);
    if (stats.isFile()) return { files: [fileAt(target, stats, [name])], leftOut: [] };
    if (!stats.isDirectory()) throw noFile(absolute);
    return await filesIn(target, name);
  } catch (error) {
    throw error instanceof SottoError ? error : unreadable(absolute, error);
  }
}

async function filesIn(root: string, rootName: string): Promise<FilesToSend> {
  const files: FileToSend[] = [];
  const leftOut: string[] = [];
  let entries = 0;
  await walk(root, [rootName]);
  if (files.length === 0) throw sottoError("fileUnreadable", `there is no file in ${root}`);
  return { files, leftOut };

  async function walk(folder: string, path: readonly string[]): Promise<void> {
    if (path.length >= MAX_FILE_PATH_PARTS) throw sottoError("fileTooLarge", `${root} is too deep`);
    for (const name of await namesIn(folder)) {
      const place = join(folder, name);
      const stats = await lstat(place, { bigint: true });
      if (stats.isSymbolicLink()) leftOut.push([...path.slice(1), name].join("/"));
      else if (stats.isDirectory()) await walk(place, [...path, name]);
      else if (stats.isFile()) files.push(fileAt(place, stats, [...path, name]));
      else throw noFile(place);
    }
  }

  /** In order, and never more than may be left. */
  async function namesIn(folder: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const { name } of await opendir(folder)) {
      if (++entries > MAX_ENTRIES)
        throw sottoError("fileTooLarge", `${root} has more than ${MAX_ENTRIES} entries`);
      names.push(name);
    }
    return names.toSorted();
  }
}

function fileAt(place: string, stats: BigIntStats, path: readonly string[]): FileToSend {
  const modifiedAtMs = Number(stats.mtimeMs);
  return {
    content: diskContent(place, stats),
    path,
    mediaType: mediaTypeOf(place),
    modifiedAtMs: modifiedAtMs >= 0 ? modifiedAtMs : null,
  };
}

function noFile(place: string): SottoError {
  return sottoError("fileUnreadable", `neither a file nor a folder: ${place}`);
}
