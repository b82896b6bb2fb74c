/**
 * The authorities that a home's owner has confirmed, by server: a file of the home, written whole. Who could change it could change the
 * device's keys as well.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { StoreError } from "../../ports/store.ts";
import { makeHomeDirectory } from "./homeDirectory.ts";
import { storeErrorOf } from "./sqliteErrors.ts";

const FILE = "server-authorities.json";
const OWNER_ONLY = 0o600;

/** Origin to PEM. */
const schema = z.record(z.string(), z.string().startsWith("-----BEGIN CERTIFICATE-----"));

/** PEM of the authority that was confirmed for the origin, if one was. Throws `StoreError` when the file is damaged: guessing would unpin. */
export function pinnedAuthority(dir: string, origin: string): string | undefined {
  const pins = readPins(dir);
  return Object.hasOwn(pins, origin) ? pins[origin] : undefined;
}

/** Puts the authority in place of what was pinned for the origin. Throws `StoreError`. */
export function pinAuthority(dir: string, origin: string, authority: string): void {
  const pins = { ...readPins(dir), [origin]: authority };
  makeHomeDirectory(dir);
  const draft = join(dir, `${FILE}.new`);
  try {
    rmSync(draft, { force: true });
    writeFileSync(draft, `${JSON.stringify(pins, null, 1)}\n`, { mode: OWNER_ONLY, flag: "wx", flush: true });
    renameSync(draft, join(dir, FILE));
  } catch (error) {
    throw storeErrorOf(error, dir);
  }
}

function readPins(dir: string): Readonly<Record<string, string>> {
  let text: string;
  try {
    text = readFileSync(join(dir, FILE), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw storeErrorOf(error, dir);
  }
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new StoreError(
    "damaged",
    `The file ${join(dir, FILE)} is damaged. Delete it and confirm the server's fingerprint again.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
