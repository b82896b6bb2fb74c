/**
 * One process owns a home. The lock is an exclusive transaction held open on a small database file: the system lets go of it however the
 * process ends, so that nothing is left behind to clean up. A second file names the owner's pid, for the message alone.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../ports/store.ts";
import { isBusy, storeErrorOf } from "./sqliteErrors.ts";

/** Takes the lock of a folder until the returned function is called. Throws {@link StoreError} `locked` naming pid and folder. */
export function takeExclusiveLock(dir: string): () => void {
  const pidFile = join(dir, "owner.pid");
  const lock = openLock(join(dir, "owner.lock"));
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw storeErrorOf(error, dir);
    throw new StoreError(
      "locked",
      `Process ${ownerOf(pidFile)} is using ${dir}. Close it first, or use another folder.`,
      {
        cause: error,
      },
    );
  }
  return () => lock.close();
}

function openLock(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw storeErrorOf(error, path);
  }
}

function ownerOf(pidFile: string): string {
  try {
    return readFileSync(pidFile, "utf8").trim();
  } catch {
    return "(unknown)";
  }
}
