/** Builds the web app before the server starts, so that `npm start` serves what the sources say. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const web = join(root, "packages/web");

if (existsSync(join(web, "index.html"))) {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const run = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: web,
    stdio: "inherit",
  });
  process.exitCode = run.status ?? 1;
}
