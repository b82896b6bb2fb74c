import { expect, test } from "vitest";
import { archiveName } from "./archiveName.ts";

test("names of archives sort by day and say what they are", () => {
  const day = new Date(2026, 2, 7, 23, 59);
  expect(archiveName("alice", day, false)).toBe("sotto-alice-2026-03-07.jsonl");
  expect(archiveName("alice", day, true)).toBe("sotto-alice-2026-03-07.sealed");
});
