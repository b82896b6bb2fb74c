/** What SQLite's and the file system's errors mean for a store. */
import type { StoreProblem } from "../../ports/store.ts";
import { StoreError } from "../../ports/store.ts";

/** https://sqlite.org/rescode.html: primary result codes. */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

const SENTENCES = {
  locked: "is in use by another program. Close it and try again.",
  damaged: "is damaged. Nothing was changed; restore the folder from a copy, or sign in again in a new one.",
  full: "cannot grow: the disk is full. Nothing was lost; make room and try again.",
  failed: "could not be read or written. Check that the folder exists and that you may write to it.",
} as const satisfies Partial<Record<StoreProblem, string>>;

/** True when somebody else holds the lock. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY;
}

/** The store's error for one of SQLite or the file system; `place` is named in the message. */
export function storeErrorOf(error: unknown, place: string): StoreError {
  if (error instanceof StoreError) return error;
  const problem = problemOf(error);
  return new StoreError(problem, `${place} ${SENTENCES[problem]}`, { cause: error });
}

function problemOf(error: unknown): keyof typeof SENTENCES {
  if (codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT") return "full";
  switch (primaryCode(error)) {
    case SQLITE_BUSY:
      return "locked";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "damaged";
    case SQLITE_FULL:
      return "full";
    default:
      return "failed";
  }
}

/** SQLite's extended codes carry the primary one in the low byte. */
function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
