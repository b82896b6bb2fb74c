/** Plants one violation of each arrow in a copy of the layout and sees the linter refuse it, and the allowed forms pass. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Path of the planted file, its text, and words of the message that must refuse it. */
type Case = readonly [path: string, text: string, refusal: string];

const REFUSED: readonly Case[] = [
  ["packages/server/src/a1.ts", `export * from "@sotto/crypto";`, "cannot even import code that decrypts"],
  ["packages/server/src/a2.ts", `export const load = () => import("@sotto/crypto");`, "cannot even import"],
  ["packages/server/src/a3.test.ts", `import "@sotto/crypto/testing";`, "cannot even import"],
  ["packages/server/src/a4.ts", `import "sotto";`, "cannot even import code that decrypts"],
  ["packages/server/src/a5.ts", `import "sotto/node";`, "cannot even import code that decrypts"],
  ["packages/server/src/a6.ts", `import "ts-mls";`, "imports no code that decrypts"],
  ["packages/server/src/a7.ts", `import "@noble/ciphers/aes.js";`, "imports no code that decrypts"],
  ["packages/server/src/a8.ts", `import "../../crypto/src/index.ts";`, "by its name"],
  ["packages/server/src/adapters/http/a.ts", `import "@sotto/crypto";`, "cannot even import"],
  ["packages/server/src/adapters/http/b.ts", `import "../../engine/index.ts";`, "adapters -> ports"],
  ["packages/server/src/engine/a1.ts", `import "@sotto/crypto";`, "cannot even import"],
  ["packages/server/src/engine/a2.ts", `import "../adapters/sqlite/index.ts";`, "adapters -> ports"],
  ["packages/server/src/engine/a3.ts", `import "node:fs";`, "belong in an adapter"],
  ["packages/server/src/ports/a1.ts", `import "../engine/index.ts";`, "adapters -> ports"],
  ["packages/web/src/a1.ts", `import "@sotto/crypto";`, "web -> client"],
  ["packages/web/src/a2.tsx", `import "@sotto/server";`, "web -> client"],
  ["packages/web/src/a3.ts", `import "node:fs";`, "belong in an adapter"],
  ["packages/cli/src/a1.ts", `import "@sotto/server";`, "Only serve.ts and admin.ts"],
  [
    "packages/cli/src/a2.ts",
    `export const load = () => import("@sotto/server");`,
    "Only serve.ts and admin.ts",
  ],
  ["packages/cli/src/a3.ts", `import "@sotto/crypto";`, "cli -> client"],
  ["packages/cli/src/serve.ts", `import "@sotto/crypto";`, "cli -> client"],
  ["packages/client/src/a1.ts", `import "@sotto/server";`, "client -> crypto"],
  ["packages/client/src/engine/a1.ts", `import "../adapters/node/index.ts";`, "adapters -> ports"],
  ["packages/client/src/engine/a2.ts", `import "@sotto/server/engine";`, "client -> crypto"],
  ["packages/client/src/adapters/node/a1.ts", `import "../browser/index.ts";`, "never imports another's"],
  ["packages/client/src/adapters/browser/a1.ts", `import "../node/index.ts";`, "never imports another's"],
  ["packages/client/src/adapters/browser/a2.ts", `import "node:fs";`, "belong in an adapter"],
  ["packages/crypto/src/a1.ts", `import "sotto";`, "crypto -> protocol"],
  ["packages/crypto/src/a2.ts", `import "fs/promises";`, "belong in an adapter"],
  ["packages/crypto/src/a3.ts", `import "crypto";`, "belong in an adapter"],
  ["packages/pictures/src/a1.ts", `import "@sotto/crypto";`, "pictures -> protocol"],
  ["packages/pictures/src/a2.ts", `import "sotto";`, "pictures -> protocol"],
  ["packages/pictures/src/a3.ts", `import "node:zlib";`, "belong in an adapter"],
  ["packages/crypto/src/a4.ts", `import "@sotto/pictures";`, "crypto -> protocol"],
  ["packages/server/src/a9.ts", `import "@sotto/pictures";`, "server -> protocol"],
  ["packages/protocol/src/a1.ts", `import "@sotto/crypto";`, "depends on no other"],
  ["packages/protocol/src/a2.ts", `import "node:fs";`, "belong in an adapter"],
  ["packages/protocol/src/a3.ts", `import "cbor-x";`, "no-eval"],
  ...[
    "packages/protocol/src",
    "packages/crypto/src",
    "packages/pictures/src",
    "packages/client/src/engine",
    "packages/client/src/ports",
    "packages/client/src/adapters/memory",
    "packages/server/src/engine",
    "packages/server/src/ports",
  ].flatMap((folder): Case[] => [
    [`${folder}/p1.ts`, `export const now = () => Date.now();`, "Time comes in"],
    [`${folder}/p2.ts`, `export const at = new Date();`, "Time comes in"],
    [`${folder}/p3.ts`, `export const random = () => Math.random();`, "Randomness comes in"],
    [`${folder}/p4.ts`, `export const { random } = Math;`, "Randomness comes in"],
    [`${folder}/p5.ts`, `export const id = () => crypto.randomUUID();`, "Randomness comes in"],
    [`${folder}/p6.ts`, `export const later = (f: () => void) => setTimeout(f, 1);`, "Time comes in"],
    [`${folder}/p7.ts`, `export const log = () => console.log("text");`, "belongs in an adapter"],
    [`${folder}/p8.ts`, `export const elapsed = () => performance.now();`, "Time comes in"],
    [`${folder}/p9.ts`, `export const everything = globalThis;`, "belongs in an adapter"],
  ]),
];

const ALLOWED: readonly (readonly [path: string, text: string])[] = [
  ["packages/cli/src/admin.ts", `export const load = () => import("@sotto/server");`],
  ["packages/cli/src/ok.ts", `export * from "sotto/node";`],
  ["packages/web/src/ok.ts", `export * from "sotto/browser";`],
  ["packages/server/src/ok.ts", `export * from "@sotto/protocol";`],
  ["packages/server/src/ok2.ts", `export const now = () => Date.now();`],
  ["packages/server/src/engine/ok.ts", `export * from "../ports/store.ts";`],
  ["packages/client/src/ok.ts", `export * from "@sotto/crypto";`],
  [
    "packages/client/src/engine/ok.ts",
    `export const encode = (text: string) => new TextEncoder().encode(text);`,
  ],
  ["packages/client/src/engine/ok.test.ts", `export * from "node:fs";`],
  ["packages/crypto/src/ok.ts", `export * from "@sotto/protocol";`],
  ["packages/pictures/src/ok.ts", `export * from "@sotto/protocol";`],
  ...["client/src", "web/src", "cli/src"].map(
    (folder) => [`packages/${folder}/pictures.ts`, `export * from "@sotto/pictures";`] as const,
  ),
  ["packages/protocol/src/ok.ts", `export * from "zod";`],
];

describe("arrows", () => {
  let folder = "";
  let refusals: ReadonlyMap<string, string> = new Map();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sotto-arrows-"));
    // Arrows need no types, and the planted names resolve to nothing.
    writeFileSync(
      join(folder, "oxlint.config.ts"),
      `import config from ${JSON.stringify(join(root, "oxlint.config.ts"))};\nexport default { ...config, options: {} };\n`,
    );
    for (const [path, text] of [...REFUSED, ...ALLOWED]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text}\n`);
    }
    refusals = lint(folder);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(REFUSED)("refuses in %s: %s", (path, _text, refusal) => {
    expect(refusals.get(path) ?? "").toContain(refusal);
  });

  test.each(ALLOWED)("allows in %s: %s", (path) => {
    expect(refusals.get(path)).toBeUndefined();
  });
});

describe("manifests", () => {
  const forbidden: Readonly<Record<string, readonly string[]>> = {
    protocol: ["@sotto/crypto", "@sotto/server", "sotto"],
    crypto: ["@sotto/server", "sotto"],
    pictures: ["@sotto/crypto", "@sotto/server", "sotto"],
    client: ["@sotto/server"],
    server: ["@sotto/crypto", "@sotto/pictures", "sotto", "ts-mls"],
    web: ["@sotto/crypto", "@sotto/server", "ts-mls"],
    cli: ["@sotto/crypto", "ts-mls"],
  };

  test.each(Object.entries(forbidden))("%s declares nothing against the arrows", (name, names) => {
    const manifest: unknown = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    expect(declared(manifest).filter((dependency) => names.includes(dependency))).toEqual([]);
  });
});

// The linter does not tell a static import from a dynamic one: the two files that may import the server are read here.
describe("cli starts without the server's code", () => {
  test.each(["serve.ts", "admin.ts"])("%s imports it only dynamically", (name) => {
    const statics = /^\s*(import|export)\s(?!type\b)[^;(]*["']@sotto\/server/m;
    expect(`import { start } from "@sotto/server";`).toMatch(statics);
    expect(readIfThere(join(root, "packages/cli/src", name))).not.toMatch(statics);
  });
});

/** Messages of the linter, joined per file. */
function lint(folder: string): ReadonlyMap<string, string> {
  const oxlint = join(root, "node_modules/oxlint/bin/oxlint");
  const run = spawnSync(process.execPath, [oxlint, "--format", "json"], { cwd: folder, encoding: "utf8" });
  expect(run.status, run.stderr).toBe(1);
  const report = JSON.parse(run.stdout) as {
    readonly diagnostics: readonly {
      readonly filename: string;
      readonly message: string;
      readonly help?: string;
    }[];
  };
  const found = new Map<string, string>();
  for (const { filename, message, help } of report.diagnostics) {
    found.set(filename, `${found.get(filename) ?? ""}${message} ${help ?? ""}\n`);
  }
  return found;
}

function declared(manifest: unknown): string[] {
  const { dependencies, devDependencies } = manifest as Record<string, Record<string, string> | undefined>;
  return Object.keys({ ...dependencies, ...devDependencies });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
