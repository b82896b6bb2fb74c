/** A conversation's key (PSK-1), from a file or typed without echo. Never from the command line, which other users and the shell's history see. */
import { readFile, stat } from "node:fs/promises";
import { askPasswords } from "./password.ts";
import { CommandError, UsageError } from "./problems.ts";
import type { Shell } from "./shell.ts";

/** 64 digits, and room for white space. */
const MAX_FILE_BYTES = 1024;

/** The text of the file; the SDK judges it. Throws {@link CommandError}. */
export async function readKeyFile(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES)
      throw new CommandError(
        "badKey",
        "This file is too large for a key. A key is 64 digits of 0-9 and a-f.",
      );
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError("fileUnreadable", "The file with the key cannot be read. Check its path.");
  }
}

/** Refuses a key in place of a path or a name. Throws {@link UsageError}. */
export function refuseTypedKey(...words: readonly string[]): void {
  if (words.some((word) => /^[0-9a-f]{32,}$/i.test(word)))
    throw new UsageError(
      "A key is not written where others can see it: put it into a file that only you can read, and name the file.",
    );
}

/** Asks for the key on the terminal. Throws {@link UsageError} without one. */
export async function askKey(shell: Shell): Promise<string> {
  if (!shell.stdin.isTTY)
    throw new UsageError("There is no terminal to ask for the key. Name a file with it: --key-file PATH");
  const [key = ""] = await askPasswords(shell, ["Key: "], false);
  return key;
}
