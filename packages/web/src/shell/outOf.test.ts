import { expect, test } from "vitest";
import { parseRoute, hrefOf } from "../app/route.ts";
import { outOf } from "./outOf.ts";

test.each([
  ["#/with/bob/details", "#/with/bob", "#/with/bob"],
  ["#/with/bob/details/path", "#/with/bob", "#/with/bob"],
  ["#/with/bob", "#/", "#/"],
  ["#/group/0a1b/details", "#/group/0a1b", "#/group/0a1b"],
  ["#/group/0a1b", "#/", "#/"],
  ["#/settings/security", "#/", "#/settings"],
  ["#/settings", "#/", "#/"],
  ["#/requests", "#/", "#/"],
  ["#/add/bob", "#/", "#/"],
  ["#/", undefined, undefined],
])("out of %s is %s, with one pane %s", (from, wide, narrow) => {
  const stepOut = (isNarrow: boolean): string | undefined => {
    const route = outOf(parseRoute(from), { narrow: isNarrow });
    return route && hrefOf(route);
  };
  expect(stepOut(false)).toBe(wide);
  expect(stepOut(true)).toBe(narrow);
});
