/** What the engine pulls into a browser bundle: never the library's own providers (490 kB), nor its index, which reaches them. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { expect, test } from "vitest";

const LIBRARY = resolve(import.meta.dirname, "../../../../node_modules/ts-mls/dist/src");
const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?!type\b)[^;]*?from\s*"([^"]+)"|import\(\s*"([^"]+)"\s*\)/g;

/** Files that are loaded when `entry` is, ours and the library's. */
function reachedFrom(entry: string): Set<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const [, from, dynamic] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      const name = from ?? dynamic ?? "";
      if (name.startsWith(".")) visit(resolve(dirname(file), name));
      else if (name === "ts-mls") visit(resolve(LIBRARY, "index.js"));
      else if (name.startsWith("ts-mls/")) visit(resolve(LIBRARY, name.slice("ts-mls/".length)));
    }
  };
  visit(entry);
  return reached;
}

const foreign = (files: Set<string>): readonly string[] =>
  [...files].filter(
    (file) =>
      file === resolve(LIBRARY, "index.js") || file.startsWith(resolve(LIBRARY, "crypto/implementation")),
  );

test("neither the package nor its tests' entry reaches the library's providers", () => {
  for (const entry of ["../index.ts", "../testing/index.ts"]) {
    const reached = reachedFrom(resolve(import.meta.dirname, entry));
    expect(foreign(reached)).toEqual([]);
    if (entry === "../index.ts") expect(reached.size).toBeGreaterThan(50);
  }
});

test("the walk finds them where they are reached", () => {
  expect(foreign(reachedFrom(resolve(LIBRARY, "index.js"))).length).toBeGreaterThan(5);
});

test("the package does not reach its test code, nor the seam that switches guards off", async () => {
  const reached = [...reachedFrom(resolve(import.meta.dirname, "../index.ts"))];
  expect(reached.filter((file) => /\/testing\/|contract|seeded/.test(file))).toEqual([]);
  expect(Object.keys(await import("../index.ts"))).not.toContain("createGuardedEngine");
  expect(Object.keys(await import("../index.ts"))).not.toContain("withoutGuards");
});
