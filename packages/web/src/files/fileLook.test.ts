import { describe, expect, test } from "vitest";
import type { FileReason, FileState } from "sotto";
import { englishText } from "../text/text.ts";
import { fileLookOf } from "./fileLook.ts";

const STATES: readonly FileState[] = [
  "preparing",
  "offered",
  "waiting",
  "moving",
  "paused",
  "done",
  "failed",
  "cancelled",
  "removed",
];
const REASONS: readonly (FileReason | null)[] = [
  null,
  "peerOffline",
  "noWay",
  "relayFull",
  "uploaded",
  "byPeer",
  "changed",
  "diskFull",
  "invalid",
  "unknown",
  "expired",
  "lost",
  "failed",
];

test("every state has words for every reason, on both sides", () => {
  for (const state of STATES)
    for (const reason of REASONS)
      for (const mine of [true, false]) {
        const { words } = fileLookOf({ state, reason, mine });
        const said = englishText(words, { name: "bob", done: "1 MB", total: "2 MB" });
        expect(said, words).not.toBe(words);
        expect(said, words).not.toContain("{");
      }
});

describe("what one can do", () => {
  test.each<[FileState, FileReason | null, boolean, readonly string[]]>([
    ["offered", null, false, ["get"]],
    ["moving", null, false, ["pause", "cancel"]],
    ["moving", null, true, ["pause", "cancel"]],
    ["waiting", "uploaded", true, ["cancel"]],
    ["paused", null, false, ["resume", "cancel"]],
    ["paused", "byPeer", false, ["cancel"]],
    ["done", null, true, ["save", "remove"]],
    ["failed", "invalid", false, ["get"]],
    ["failed", "changed", true, []],
    ["cancelled", "byPeer", false, []],
    ["removed", null, false, ["get"]],
    ["preparing", null, true, ["cancel"]],
  ])("%s (%s), own %s: %j", (state, reason, mine, acts) => {
    expect(fileLookOf({ state, reason, mine }).acts).toEqual(acts);
  });

  test("is nothing with what the device does not know", () => {
    const unnamed = { state: "preparing", reason: null, mine: true, transfer: "shown 1" } as const;
    expect(fileLookOf(unnamed).acts).toEqual([]);
    expect(fileLookOf(null).acts).toEqual([]);
  });
});

test("only what has failed, and what needs a person, is loud", () => {
  expect(fileLookOf({ state: "waiting", reason: "peerOffline", mine: true }).tone).toBe("quiet");
  expect(fileLookOf({ state: "paused", reason: "diskFull", mine: false }).tone).toBe("stop");
  expect(fileLookOf({ state: "failed", reason: "unknown", mine: false }).tone).toBe("stop");
});
