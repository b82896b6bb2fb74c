import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/paths.ts";
import { REQUEST_HEADERS, RESPONSE_HEADERS } from "./httpHeaders.ts";

const page = readFileSync(join(ROOT, "docs/protocol/traffic.md"), "utf8");

/** The names that a rule of the page lists. */
function listed(rule: string): readonly string[] {
  const text = page.split(/\n- /).find((item) => item.startsWith(`**${rule} `)) ?? "";
  return [...text.matchAll(/`([a-z-]+)`[,.]/g)].map(([, name = ""]) => name);
}

test.each([
  ["TRF-2", REQUEST_HEADERS],
  ["TRF-3", RESPONSE_HEADERS],
])("%s names the headers that the checker lets pass", (rule, headers) => {
  expect(listed(rule)).toEqual(Object.keys(headers));
});
