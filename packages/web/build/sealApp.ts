/** Seals what the build made: hashes in the page, and the service worker that lets in nothing else. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { SECURITY_HEADERS } from "@sotto/protocol";
import type { Plugin, ResolvedConfig } from "vite";
import { build } from "vite";
import { withIntegrity } from "./integrity.ts";

/** Its address is for ever: browsers look there for new versions. */
const SERVICE_WORKER = "sw.js";
const SOURCE = join(import.meta.dirname, "../src/serviceWorker/main.ts");

/**
 * After the files are written: scripts and style sheets of index.html get their `integrity`, and sw.js is made, which knows the hash of every
 * file. Any change makes another sw.js, which is how browsers notice a new version.
 */
export function sealApp(): Plugin {
  let config: ResolvedConfig | undefined;
  return {
    name: "sotto:seal-app",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    writeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        if (config === undefined) throw new TypeError("no configuration was resolved");
        const outDir = resolve(config.root, config.build.outDir);
        const page = join(outDir, "index.html");
        const bytesOf = (path: string): Buffer => readFileSync(join(outDir, path));
        writeFileSync(page, withIntegrity(readFileSync(page, "utf8"), bytesOf));

        const code = await serviceWorkerCode();
        const files = hashesOf(outDir);
        const content = { files, headers: SECURITY_HEADERS };
        const id = sha256(JSON.stringify(content) + code, "base64url").slice(0, 16);
        const version = JSON.stringify({ id, ...content });
        writeFileSync(join(outDir, SERVICE_WORKER), `const APP_VERSION=${version};\n${code}`);
      },
    },
  };
}

/** A classic script: not every browser takes modules for this. */
async function serviceWorkerCode(): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    build: {
      write: false,
      rolldownOptions: { input: SOURCE, output: { format: "iife" } },
    },
  });
  const [output] = [result].flat();
  if (output === undefined || !("output" in output) || output.output.length !== 1) {
    throw new Error("the service worker has to be one file");
  }
  return output.output[0].code;
}

function hashesOf(outDir: string): Record<string, string> {
  const paths = readdirSync(outDir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(outDir, join(entry.parentPath, entry.name)))
    .filter((path) => path !== SERVICE_WORKER)
    .toSorted();
  return Object.fromEntries(
    paths.map((path) => [
      `/${path.replaceAll(sep, "/")}`,
      sha256(readFileSync(join(outDir, path)), "base64"),
    ]),
  );
}

function sha256(content: string | Uint8Array, encoding: "base64" | "base64url"): string {
  return createHash("sha256").update(content).digest(encoding);
}
