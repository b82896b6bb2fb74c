/** Secrets of the server that lie beside the database, each in a file that its owner alone can read. */
import { readFileSync, writeFileSync } from "node:fs";

const OWNER_ONLY = 0o600;

/**
 * The text of the file, made by `create` when there is none. Two processes that make it at once agree on the first. Throws what the
 * file system throws.
 */
export async function readOrCreateSecret(file: string, create: () => Promise<string>): Promise<string> {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  try {
    // Flushed before use: a login made under a secret that a power cut takes away could never be repeated.
    writeFileSync(file, `${await create()}\n`, { mode: OWNER_ONLY, flag: "wx", flush: true });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
  return readFileSync(file, "utf8").trim();
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
