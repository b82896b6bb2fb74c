/** The folder of a home, readable by its owner alone. */
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { storeErrorOf } from "./sqliteErrors.ts";

/** Makes the folder if it is missing. Throws `StoreError`. */
export function makeHomeDirectory(dir: string): void {
  try {
    if (existsSync(dir)) return;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
  } catch (error) {
    throw storeErrorOf(error, dir);
  }
}
