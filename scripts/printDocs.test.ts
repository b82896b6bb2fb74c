import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { PAGES } from "./printDocs.ts";

it.each([...PAGES.keys()])("%s says what the code says (node scripts/printDocs.ts --write)", (path) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")).toBe(PAGES.get(path)?.());
});
