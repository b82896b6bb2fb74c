import { expect, test } from "vitest";
import { groupsOf } from "./safetyNumberGroups.ts";

test("60 digits are twelve groups, however they are spaced", () => {
  const digits = "0123456789".repeat(6);
  expect(groupsOf(digits)).toEqual(Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? "01234" : "56789")));
  expect(groupsOf(groupsOf(digits).join(" "))).toEqual(groupsOf(digits));
});

test("a number that is not there yet has its place", () => {
  expect(groupsOf(undefined)).toEqual(Array.from({ length: 12 }, () => ""));
});
