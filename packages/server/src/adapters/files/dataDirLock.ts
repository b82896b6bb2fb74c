/**
 * One process owns a data directory. The lock is an exclusive transaction held open on a small database file: the system lets go of it
 * however the process ends, kill -9 and power cuts included, so that nothing is left behind to clean up and no reused pid is
 * mistaken for an owner. A second file names the owner's pid, for the message alone.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const SQLITE_BUSY = 5;

export type LockResult =
  | { readonly locked: true; readonly release: () => void }
  /** `pid` of the owner, where it is known and alive. */
  | { readonly locked: false; readonly pid: number | undefined };

/** Takes the lock of a directory that exists. Throws what the file system throws. */
export function lockDataDir(dir: string): LockResult {
  const pidFile = join(dir, "server.pid");
  const lock = new DatabaseSync(join(dir, "server.lock"));
  try {
    lock.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    return { locked: false, pid: livingPid(pidFile) };
  }
  return { locked: true, release: () => lock.close() };
}

function livingPid(pidFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, "utf8"));
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}
