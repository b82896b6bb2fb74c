import { expect, test } from "vitest";
import { createConnectionCount } from "./connectionCount.ts";

test("each address has its own bounded number, and closing makes room", () => {
  const count = createConnectionCount(2);
  expect([count.open("a"), count.open("a"), count.open("a"), count.open("b")]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  count.close("a");
  expect([count.open("a"), count.open("a")]).toEqual([true, false]);
});
