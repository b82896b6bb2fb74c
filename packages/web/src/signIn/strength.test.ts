import { describe, expect, test } from "vitest";
import { missingChars, strengthOf } from "./strength.ts";

describe("the strength of a password", () => {
  test.each([
    ["", "short"],
    ["seven77", "short"],
    ["password123", "weak"],
    ["aaaaaaaaaaaaaaaaaaaa", "weak"],
    ["1234567890", "weak"],
    ["alice-alice-alice", "weak"],
    ["summer2026", "weak"],
    ["lantern otter quay", "fair"],
    ["correct horse battery staple", "strong"],
    ["lantern-otter-seven-quay", "strong"],
    ["aK3x!P9qL2m#Z7vB", "strong"],
    ["верный конь батарея скоба", "strong"],
    ["正确的马电池订书钉", "strong"],
  ] as const)("of %j is %s", (password, strength) => {
    expect(strengthOf(password, "alice")).toBe(strength);
  });
});

test("characters are counted as code points", () => {
  expect(missingChars("🦊🦊🦊")).toBe(5);
  expect(missingChars("12345678")).toBe(0);
});
