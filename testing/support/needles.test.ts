import { toHex, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { bytesNeedle, findNeedles, textNeedle } from "./needles.ts";

const SECRET = 'the "cat" is on the roof';
const needles = [textNeedle("secret", SECRET)];
const found = (haystack: string | Uint8Array): boolean =>
  findNeedles("here", typeof haystack === "string" ? utf8(haystack) : haystack, needles).length > 0;

describe("needles", () => {
  test.each([
    ["plainly", `xx${SECRET}yy`],
    ["in JSON", JSON.stringify({ text: SECRET })],
    ["as hexadecimal", `00${toHex(utf8(SECRET))}ff`],
    ["as upper-case hexadecimal", toHex(utf8(SECRET)).toUpperCase()],
    ["as UTF-16", new Uint8Array(Buffer.from(`ab${SECRET}`, "utf16le"))],
  ])("a text is found %s", (_, haystack) => expect(found(haystack)).toBe(true));

  test.each([0, 1, 2, 3, 4, 5])("a text is found in base64 behind %i other bytes", (before) => {
    const bytes = Buffer.from(`${"x".repeat(before)}${SECRET}tail`);
    expect(found(bytes.toString("base64"))).toBe(true);
    expect(found(bytes.toString("base64url"))).toBe(true);
  });

  test("bytes with every base64 symbol are found in both alphabets", () => {
    const bytes = Uint8Array.from({ length: 48 }, (_, i) => 255 - 3 * i);
    const key = [bytesNeedle("key", bytes)];
    for (const alphabet of ["base64", "base64url"] as const)
      expect(findNeedles("here", utf8(Buffer.from(bytes).toString(alphabet)), key)).toEqual([
        { needle: "key", place: "here" },
      ]);
  });

  test("another text is not found", () => expect(found("the cat is on the roof")).toBe(false));

  test("what chance would find is refused", () =>
    expect(() => bytesNeedle("short", new Uint8Array(7))).toThrow(RangeError));
});
