import { expect, test } from "vitest";
import { NOTHING_WRONG, addDeliveries, compareDelivery } from "./delivery.ts";

test.each([
  ["as sent", "abcd", {}],
  ["one lost", "abd", { lost: 1 }],
  ["the last lost", "abc", { lost: 1 }],
  ["one doubled", "abbcd", { doubled: 1 }],
  ["one doubled later", "abcdb", { doubled: 1 }],
  ["one late", "acdb", { reordered: 1 }],
  ["turned round", "dcba", { reordered: 3 }],
  ["one never sent", "abxcd", { foreign: 1 }],
  ["all of it", "dxbb", { lost: 2, doubled: 1, reordered: 1, foreign: 1 }],
])("%s", (_, received, wrong) => {
  expect(compareDelivery("abcd".split(""), received.split(""))).toEqual({ ...NOTHING_WRONG, ...wrong });
});

test("deliveries add up", () => {
  const one = { lost: 1, doubled: 2, reordered: 3, foreign: 4 };
  expect(addDeliveries(one, one)).toEqual({ lost: 2, doubled: 4, reordered: 6, foreign: 8 });
});
