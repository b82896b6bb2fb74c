import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sanitizeLine, sanitizeText, terminalSafeJson } from "./sanitize.ts";

/** What arrives, what may be shown. */
const CORPUS: readonly (readonly [what: string, received: string, shown: string])[] = [
  ["colours", "\u001b[31mred\u001b[0m", "red"],
  ["cursor movement", "a\u001b[2J\u001b[1;1Hb", "ab"],
  ["window title (OSC, BEL)", "a\u001b]0;title\u0007b", "ab"],
  ["hyperlink (OSC 8, ST)", "\u001b]8;;http://example.org\u001b\\text\u001b]8;;\u001b\\", "text"],
  ["clipboard (OSC 52)", "\u001b]52;c;cm0gLXJm\u0007x", "x"],
  ["device control string", "a\u001bPq#0;2;0;0;0\u001b\\b", "ab"],
  [
    "application command, privacy message, start of string",
    "a\u001b_x\u001b\\\u001b^y\u001b\\\u001bXz\u001b\\b",
    "ab",
  ],
  ["8-bit CSI", "a\u009b31mb", "ab"],
  ["8-bit OSC and ST", "a\u009d0;title\u009cb", "ab"],
  ["unterminated string hides nothing", "a\u001b]0;all of this", "a]0;all of this"],
  ["sequence inside a sequence", "\u001b\u001b[0m[31mred", "[31mred"],
  ["single escape", "a\u001bcb", "acb"],
  ["bell, backspace, shift", "a\u0007\b\b\u000e\u000fb", "ab"],
  ["carriage return overwrites", "honest\rforged", "honest\nforged"],
  ["line ends", "a\r\nb\u2028c\u2029d\u0085e", "a\nb\nc\nd\ne"],
  ["vertical tab and form feed", "a\u000b\u000cb", "ab"],
  ["tab", "a\tb", "a    b"],
  ["delete", "a\u007fb", "ab"],
  ["right-to-left override", "\u202egpj.exe", "gpj.exe"],
  ["isolates and marks", "a\u2066b\u2067c\u2068d\u2069e\u200ef\u200fg\u061ch", "abcdefgh"],
  ["zero width", "pay\u200bpal\ufeff\u2060", "paypal"],
  ["tag characters", "a\u{e0041}\u{e0042}\u{e007f}b", "ab"],
  ["lone surrogates", "a\ud800b", "a\ufffdb"],
  ["stacked marks", `a${"\u0301".repeat(50)}b`, `a${"\u0301".repeat(8)}b`],
  ["joined emoji stay", "\u{1f469}\u200d\u{1f4bb}", "\u{1f469}\u200d\u{1f4bb}"],
  ["other scripts stay", "Привет שלום 你好 नमस्ते", "Привет שלום 你好 नमस्ते"],
];

describe("text from others (ATTACKS 20)", () => {
  test.each(CORPUS)("%s", (_what, received, shown) => {
    expect(sanitizeText(received)).toBe(shown);
  });

  test("leaves no control and nothing that reorders, whatever comes", () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        "\u001b",
        "[",
        "]",
        "\u009b",
        "\u009d",
        "\u009c",
        "\u0007",
        "\\",
        "0",
        ";",
        "m",
        "\r",
        "\n",
        "\u202e",
        "a",
      ),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        expect(sanitizeText(text)).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  test("sanitising twice changes nothing more", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const once = sanitizeText(text);
        expect(sanitizeText(once)).toBe(once);
      }),
    );
  });

  test.each(["\u009d", "\u001b]", "\u001b[", "\u009b0", "\u0301", "\r", "\t"])(
    "reads a million of %j in linear time",
    (unit) => {
      const shown = sanitizeText(unit.repeat(1_000_000));
      expect(shown.length).toBeLessThanOrEqual(4_000_000);
    },
  );

  test("a name has one line", () => {
    expect(sanitizeLine(" bob\n12:00 alice\t ")).toBe("bob 12:00 alice");
  });

  test("JSON keeps every value and no byte that a terminal obeys", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const json = terminalSafeJson({ text });
        expect(JSON.parse(json)).toEqual({ text });
        expect(json).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
    expect(terminalSafeJson("\u009b\u202e")).toBe('"\\u009b\\u202e"');
  });
});
