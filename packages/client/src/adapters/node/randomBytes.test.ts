import { toHex } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createSystemRandom } from "./randomBytes.ts";

const random = createSystemRandom();

test.each([0, 1, 12, 16, 17, 32, 5000])("gives %i bytes", (size) => expect(random(size)).toHaveLength(size));

test.each([12, 16, 32])("gives no %i bytes twice, across the ends of its pool", (size) => {
  const given = Array.from({ length: 2000 }, () => toHex(random(size)));
  expect(new Set(given).size).toBe(given.length);
  // All of 2,000 values with a byte that is always the same: 2^-15,000.
  for (let i = 0; i < size; i++)
    expect(new Set(given.map((hex) => hex.slice(2 * i, 2 * i + 2))).size).toBeGreaterThan(1);
});

test("gives bytes that nothing else changes", () => {
  const first = random(12);
  const before = toHex(first);
  for (let i = 0; i < 200; i++) random(16);
  expect(toHex(first)).toBe(before);
});
