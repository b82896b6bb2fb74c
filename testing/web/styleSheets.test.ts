import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/paths.ts";

/** Sides of the screen instead of the line's start and end: these would not follow a language from right to left. */
const PHYSICAL =
  /^\s*((margin|padding|border|inset)-(left|right)\b|(left|right)\s*:|border-(top|bottom)-(left|right)-radius|(float|clear|text-align)\s*:\s*(left|right)\b)/;

test("style sheets know no left and no right", () => {
  const folder = join(ROOT, "packages/web/src");
  const sheets = globSync("**/*.css", { cwd: folder });
  expect(sheets.length).toBeGreaterThan(20);
  const found = sheets.flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .flatMap((line, i) => (PHYSICAL.test(line) ? [`${name}:${i + 1} ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});

test.each(["margin-left: 1px", "  left: 0;", "text-align: right;", "border-top-left-radius: 2px"])(
  "%j would be found",
  (line) => {
    expect(line).toMatch(PHYSICAL);
  },
);
