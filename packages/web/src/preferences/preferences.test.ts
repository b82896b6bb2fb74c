import { expect, test } from "vitest";
import type { Preferences } from "./preferences.ts";
import { DEFAULT_PREFERENCES, parsePreferences } from "./preferences.ts";

test("what was chosen comes back", () => {
  const chosen: Preferences = { theme: "dark", textSize: 130, language: "ru", notifications: true };
  expect(parsePreferences(JSON.stringify(chosen))).toEqual(chosen);
});

test.each([null, "", "no JSON", "null", "3", "[]", '"dark"', "{}"])("%j is no choice", (stored) => {
  expect(parsePreferences(stored)).toEqual(DEFAULT_PREFERENCES);
});

test("one field that makes no sense does not cost the others", () => {
  const stored = { theme: "dark", textSize: 9000, language: "tlh", notifications: "yes", more: 1 };
  expect(parsePreferences(JSON.stringify(stored))).toEqual({ ...DEFAULT_PREFERENCES, theme: "dark" });
});
