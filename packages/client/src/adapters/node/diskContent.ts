/** A file of this machine that is to be sent, read by its parts, none of them after it has become another. */
import { constants } from "node:fs";
import type { BigIntStats } from "node:fs";
import { open } from "node:fs/promises";
import type { FileContent } from "../../api.ts";
import { SottoError } from "../../api.ts";
import { sottoError } from "../../sdk/messages.ts";
import { readExactly } from "./shelfFiles.ts";

/** What takes a file's place meanwhile is not followed, and not waited for. */
const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The content of the regular file that had these `stats` at `path`. Every read opens it, so that however many are to be sent none is open between. Reads
 * reject with `SottoError`: `fileChanged` if it has another size, time of change or place on the disk, `fileUnreadable`.
 */
export function diskContent(path: string, stats: BigIntStats): FileContent {
  return {
    size: Number(stats.size),
    slice: (start, end) => ({
      arrayBuffer: () => readPart(path, stats, start, Math.min(end, Number(stats.size))),
    }),
  };
}

async function readPart(path: string, stats: BigIntStats, start: number, end: number): Promise<ArrayBuffer> {
  try {
    const file = await open(path, OPEN);
    try {
      if (!isSame(stats, await file.stat({ bigint: true }))) throw sottoError("fileChanged", path);
      const bytes = await readExactly(file, Math.max(0, end - start), start);
      if (bytes === undefined || !isSame(stats, await file.stat({ bigint: true })))
        throw sottoError("fileChanged", path);
      return bytes.buffer as ArrayBuffer;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof SottoError ? error : unreadable(path, error);
  }
}

/** The error of a file or folder that the system does not give. */
export function unreadable(path: string, cause?: unknown): SottoError {
  return sottoError("fileUnreadable", path, cause);
}

function isSame(before: BigIntStats, now: BigIntStats): boolean {
  const isOne = now.isFile() && before.dev === now.dev && before.ino === now.ino;
  return isOne && before.size === now.size && before.mtimeNs === now.mtimeNs;
}
