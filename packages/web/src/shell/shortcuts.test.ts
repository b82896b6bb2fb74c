import { describe, expect, test } from "vitest";
import type { Keystroke, Shortcut } from "./shortcuts.ts";
import { shortcutOf } from "./shortcuts.ts";

const PLAIN: Keystroke = {
  key: "",
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
};
const ELSEWHERE = { typing: false, apple: false };

describe("shortcuts", () => {
  test.each<[string, Partial<Keystroke>, Shortcut]>([
    ["Ctrl K", { ctrlKey: true, code: "KeyK", key: "k" }, "find"],
    ["Ctrl K on a Russian layout", { ctrlKey: true, code: "KeyK", key: "л" }, "find"],
    ["Ctrl comma", { ctrlKey: true, key: "," }, "settings"],
    ["Alt Up", { altKey: true, key: "ArrowUp" }, "previous"],
    ["Alt Down", { altKey: true, key: "ArrowDown" }, "next"],
    ["Escape", { key: "Escape" }, "leave"],
    ["?", { key: "?", shiftKey: true }, "help"],
  ])("%s", (_, stroke, shortcut) => {
    expect(shortcutOf({ ...PLAIN, ...stroke }, ELSEWHERE)).toBe(shortcut);
  });

  test("on a Mac it is the command key, and not control", () => {
    const apple = { typing: false, apple: true };
    expect(shortcutOf({ ...PLAIN, metaKey: true, code: "KeyK" }, apple)).toBe("find");
    expect(shortcutOf({ ...PLAIN, ctrlKey: true, code: "KeyK" }, apple)).toBeUndefined();
  });

  test("a question mark is text where one types, and keys of an input method are its own", () => {
    expect(shortcutOf({ ...PLAIN, key: "?" }, { typing: true, apple: false })).toBeUndefined();
    expect(shortcutOf({ ...PLAIN, key: "Escape", isComposing: true }, ELSEWHERE)).toBeUndefined();
    expect(shortcutOf({ ...PLAIN, key: "Escape" }, { typing: true, apple: false })).toBe("leave");
  });

  test.each<[string, Partial<Keystroke>]>([
    ["arrows alone", { key: "ArrowUp" }],
    ["a letter alone", { key: "k", code: "KeyK" }],
    ["Ctrl Shift K", { ctrlKey: true, shiftKey: true, code: "KeyK" }],
  ])("%s is left alone", (_, stroke) => {
    expect(shortcutOf({ ...PLAIN, ...stroke }, ELSEWHERE)).toBeUndefined();
  });
});
