import { expect, test } from "vitest";
import { createParcelGate } from "./parcelGate.ts";

test("BLB-9 a device has so many parcels in memory and no more, all devices together too; who leaves makes room, once", () => {
  const gate = createParcelGate(3, 2);
  const [first, second] = [gate.enter("a"), gate.enter("a")];
  expect(gate.enter("a")).toBeUndefined();
  const other = gate.enter("b");
  expect([typeof other, gate.enter("c")]).toEqual(["function", undefined]);
  first?.();
  first?.();
  expect([typeof gate.enter("c"), gate.enter("d"), gate.enter("a")]).toEqual([
    "function",
    undefined,
    undefined,
  ]);
  second?.();
  other?.();
  expect([typeof gate.enter("a"), typeof gate.enter("a"), gate.enter("a")]).toEqual([
    "function",
    "function",
    undefined,
  ]);
});
