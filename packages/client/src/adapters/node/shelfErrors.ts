/** What the file system's errors mean for a shelf. */
import type { FileShelfProblem } from "../../ports/fileShelf.ts";
import { FileShelfError } from "../../ports/fileShelf.ts";

const PROBLEMS: Readonly<Record<string, FileShelfProblem>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  ENOENT: "missing",
};

const SENTENCES: Readonly<Record<FileShelfProblem, string>> = {
  full: "cannot be written: the disk is full. Make room and try again.",
  missing: "is not there.",
  failed: "could not be read or written. Check that its folder exists and that you may write to it.",
};

/** `place` is named in the message. */
export function shelfErrorOf(error: unknown, place: string): FileShelfError {
  if (error instanceof FileShelfError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const problem = PROBLEMS[code] ?? "failed";
  return new FileShelfError(problem, `${place} ${SENTENCES[problem]}`, { cause: error });
}
