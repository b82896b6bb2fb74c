import { expect, test } from "vitest";
import { orientationOnly, readOrientation } from "./orientation.ts";

test("an orientation is written as it is read, in 26 bytes", () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
    expect(orientationOnly(orientation)).toHaveLength(26);
    expect(readOrientation(orientationOnly(orientation))).toBe(orientation);
  }
});

test.each([
  ["nothing", []],
  ["another header", Buffer.from("II+\0")],
  ["a directory behind the end", Buffer.from("4d4d002a7fffffff", "hex")],
  ["a directory cut off", orientationOnly(6).subarray(0, 17)],
  ["orientation 9", Buffer.from("4d4d002a000000080001011200030000000100090000", "hex")],
  ["orientation 0", Buffer.from("4d4d002a000000080001011200030000000100000000", "hex")],
  [
    "65,535 entries that are none",
    Buffer.concat([Buffer.from("4d4d002a00000008ffff", "hex"), Buffer.alloc(100)]),
  ],
])("upright: %s", (_name, bytes) => {
  expect(readOrientation(Uint8Array.from(bytes))).toBe(1);
});
