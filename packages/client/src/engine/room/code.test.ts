import { ROOM_CODE_PATTERN } from "@sotto/protocol";
import { expect, test } from "vitest";
import {
  isRoomPassword,
  newRoomCode,
  newRoomPassword,
  roomCodeOf,
  roomPasswordOf,
  shownRoomCode,
} from "./code.ts";

const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i * 37 + 5);

test("ROOM-14: codes have 12 characters of 32, passwords 16", () => {
  expect(newRoomCode(bytes)).toMatch(ROOM_CODE_PATTERN);
  expect(newRoomPassword(bytes)).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);
  const all = newRoomCode((size) => Uint8Array.from({ length: size }, (_, i) => i * 3));
  expect(new Set(all).size).toBe(12);
});

test.each([
  ["abcd-efgh-jkmn", "abcdefghjkmn"],
  ["  ABCD efgh JKMN ", "abcdefghjkmn"],
  ["OIL0-1234-5678", "011012345678"],
  ["abcd-efgh-jkm", undefined],
  ["abcd-efgh-jkmu", undefined],
  ["", undefined],
])("ROOM-14: %j is typed for the code %s", (typed, code) => {
  expect(roomCodeOf(typed)).toBe(code);
});

test("ROOM-14: a code is shown in groups of four", () => {
  expect(shownRoomCode("abcdefghjkmn")).toBe("abcd-efgh-jkmn");
});

test.each([
  ["ABCDefgh jkmnpqrs", "abcd-efgh-jkmn-pqrs"],
  ["abcd-efgh-jkmn-pqrs", "abcd-efgh-jkmn-pqrs"],
  ["correct horse battery", "correct horse battery"],
  ["abcd-efgh-jkmn-pqru", "abcd-efgh-jkmn-pqru"],
  ["cafe\u0301 au lait, please", "caf\u00e9 au lait, please"],
])("ROOM-14: %j is typed for the password %j", (typed, password) => {
  expect(roomPasswordOf(typed)).toBe(password);
});

test("ROOM-14: a chosen password has at least 12 characters", () => {
  expect(isRoomPassword("eleven char")).toBe(false);
  expect(isRoomPassword("twelve chars")).toBe(true);
  expect(isRoomPassword("🙂".repeat(11))).toBe(false);
  expect(isRoomPassword("x".repeat(257))).toBe(false);
});
