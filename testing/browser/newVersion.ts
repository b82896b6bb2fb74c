/** Another version of a built app, as if it had been built from other sources: files changed on the disk, and sw.js with their hashes. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface NewVersion {
  readonly distDir: string;
  /** Tells this version from others. */
  readonly id: string;
  /** Within `distDir`, `/index.html`. */
  readonly path: string;
  readonly change: (content: string) => string;
  /** What is served differs once more from what sw.js says. */
  readonly tampered?: boolean;
}

/** Changes one file. A server that runs goes on with what it has read at its start. */
export function writeNewVersion({ distDir, id, path, change, tampered = false }: NewVersion): void {
  const file = join(distDir, path);
  const before = readFileSync(file, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`${path} has not changed`);
  writeFileSync(file, tampered ? `${after} ` : after);

  const worker = join(distDir, "sw.js");
  const text = readFileSync(worker, "utf8");
  const changed = text
    .replace(`"${path}":"${hashOf(before)}"`, `"${path}":"${hashOf(after)}"`)
    .replace(/^const APP_VERSION=\{"id":"[^"]+"/, `const APP_VERSION={"id":"${id}"`);
  if (!changed.includes(hashOf(after)) || !changed.includes(`"id":"${id}"`)) {
    throw new Error("sw.js does not look as it should");
  }
  writeFileSync(worker, changed);
}

function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("base64");
}
