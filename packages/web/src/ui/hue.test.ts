import { expect, test } from "vitest";
import { hueOf } from "./hue.ts";

test("a person's colour follows from the account id and stays within the circle", () => {
  expect(hueOf("00000000000000000000000000000000")).toBe(0);
  expect(hueOf("ffffffffffffffffffffffffffffffff")).toBe(0xffffff % 360);
  expect(hueOf("0000010000000000000000000000000f")).toBe(1);
});
