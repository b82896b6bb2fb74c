import { expect, test } from "vitest";
import { asGroupName, bytesLeft } from "./groupName.ts";

test("spaces at the ends and in a row are not meant", () => {
  expect(asGroupName("  Harbour \n choir ")).toBe("Harbour choir");
});

test("what is left is said near the end only, in bytes of UTF-8", () => {
  expect(bytesLeft("")).toBeUndefined();
  expect(bytesLeft("a".repeat(104))).toBeUndefined();
  expect(bytesLeft("a".repeat(105))).toBe(23);
  expect(bytesLeft(`${"a".repeat(128)}  `)).toBe(0);
  expect(bytesLeft("音".repeat(43))).toBe(-1);
});
