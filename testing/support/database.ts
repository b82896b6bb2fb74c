/** Looking into SQLite files from outside, without writing to them. */
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeScratch, removeScratch } from "./files.ts";

/** What `look` finds in a copy of the file and its log, as SQLite would recover it after a crash at this instant. */
export function lookInto<T>(file: string, look: (db: DatabaseSync) => T): T {
  const scratch = makeScratch("copy");
  try {
    const copy = join(scratch, "copy.db");
    for (const suffix of ["", "-wal"])
      if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
    const db = new DatabaseSync(copy);
    try {
      return look(db);
    } finally {
      db.close();
    }
  } finally {
    removeScratch(scratch);
  }
}

/** True when SQLite finds no fault in the file. */
export function isSound(file: string): boolean {
  return lookInto(file, (db) => db.prepare("PRAGMA integrity_check").get()?.["integrity_check"] === "ok");
}
