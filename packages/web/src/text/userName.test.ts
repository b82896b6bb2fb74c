import { expect, test } from "vitest";
import { asUserName, hasForeignCharacter, isUserName } from "./userName.ts";

test.each([
  ["alice", true],
  ["a.b-c_9", true],
  ["al", false],
  ["a".repeat(33), false],
  ["Alice", false],
  ["al ice", false],
  ["элис", false],
])("%s can be a user name: %s", (text, can) => {
  expect(isUserName(text)).toBe(can);
});

test("a name that is only too short may still become one", () => {
  expect(hasForeignCharacter("al")).toBe(false);
  expect(hasForeignCharacter("al!")).toBe(true);
});

test("what people write for a name", () => {
  expect(asUserName(" @Alice ")).toBe("alice");
});
