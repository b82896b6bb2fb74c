import { expect, test } from "vitest";
import { createParcelGate } from "./parcelGate.ts";

test("BLB-9 a device has so many parcels in memory and no more, all devices together too; who leaves makes room, once", () => {
  const gate = createParcelGate(3, 2);
  const enters = (device: string): boolean => gate.enter(device) !== undefined;
  const [first, second] = [gate.enter("a"), gate.enter("a")];
  expect(enters("a")).toBe(false);
  const other = gate.enter("b");
  expect([other !== undefined, enters("c")]).toEqual([true, false]);
  first?.leave(true);
  first?.leave(true);
  expect([enters("c"), enters("d"), enters("a")]).toEqual([true, false, false]);
  second?.leave(true);
  other?.leave(true);
  expect([enters("a"), enters("a"), enters("a")]).toEqual([true, true, false]);
});

test("memory is used again when nothing uses it any more, and then by one alone", () => {
  const gate = createParcelGate();
  const first = gate.enter("a");
  const memory = first?.bytes(10).buffer;
  expect([first?.bytes(5).length, first?.bytes(7).buffer === memory]).toEqual([5, true]);
  expect(gate.enter("a")?.bytes(10).buffer).not.toBe(memory);
  first?.leave(true);
  first?.leave(true);
  const second = gate.enter("b");
  expect(second?.bytes(10).buffer).toBe(memory);
  expect(gate.enter("b")?.bytes(10).buffer).not.toBe(memory);
  second?.leave(false);
  expect(gate.enter("b")?.bytes(10).buffer).not.toBe(memory);
});
