import { expect, test } from "vitest";
import { extensionOf, namePartsOf } from "./nameParts.ts";

test.each([
  ["choir-recordings-2026.zip", "choir-recordings", "-2026".length + 1 + ".zip".length],
  ["a.txt", "a", 4],
  ["乐谱.pdf", "乐", 5],
  [".profile", ".pr", 5],
])("%s keeps its end", (name, start, tailLength) => {
  const { head, tail } = namePartsOf(name);
  expect(head + tail).toBe(name);
  expect(name.startsWith(head) && start.startsWith(head.slice(0, start.length))).toBe(true);
  expect(tail.length).toBeLessThanOrEqual(Math.max(tailLength, 10));
});

test("characters are not cut apart", () => {
  const { head, tail } = namePartsOf("👩‍👩‍👧👩‍👩‍👧.png");
  expect([head, tail]).toEqual(["👩‍👩‍👧", "👩‍👩‍👧.png"]);
});

test.each([
  ["score.PDF", "pdf"],
  ["archive.tar.gz", "gz"],
  [".profile", undefined],
  ["letter", undefined],
  ["a sentence. With more", undefined],
])("%s ends with %s", (name, extension) => expect(extensionOf(name)).toBe(extension));
