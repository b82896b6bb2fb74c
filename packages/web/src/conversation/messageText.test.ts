import { describe, expect, test } from "vitest";
import { isLargeEmoji, needsTallLines, partsOf } from "./messageText.ts";

const linksOf = (text: string): readonly (readonly [string, string])[] =>
  partsOf(text).flatMap(({ text: part, href }) => (href === undefined ? [] : [[part, href] as const]));

describe("addresses in a text", () => {
  test.each([
    ["https://sotto.example", "https://sotto.example", "https://sotto.example/"],
    ["see http://sotto.example/a?b=c#d now", "http://sotto.example/a?b=c#d", "http://sotto.example/a?b=c#d"],
    ["(https://sotto.example/a).", "https://sotto.example/a", "https://sotto.example/a"],
    ["https://sotto.example/a_(b)", "https://sotto.example/a_(b)", "https://sotto.example/a_(b)"],
    ["看 https://sotto.example/谱。", "https://sotto.example/谱", "https://sotto.example/%E8%B0%B1"],
    ["HTTPS://SOTTO.EXAMPLE!", "HTTPS://SOTTO.EXAMPLE", "https://sotto.example/"],
    // The host is Cyrillic: what is written stays, the address says which host it is.
    ["https://аррӏе.example", "https://аррӏе.example", "https://xn--80ak6aa92e.example/"],
  ])("%s", (text, part, href) => {
    expect(linksOf(text)).toEqual([[part, href]]);
  });

  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https:",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "sotto.example",
    "https://",
    "https:// sotto.example",
    "https://bank.example@evil.example/",
    "https://user:secret@sotto.example/",
    "http://[::1",
  ])("%s is no link", (text) => {
    expect(linksOf(text)).toEqual([]);
  });

  test("an address ends where the direction of text is turned around", () => {
    expect(linksOf("https://sotto.example/\u202egpj.exe")).toEqual([
      ["https://sotto.example/", "https://sotto.example/"],
    ]);
  });

  test.each([
    "",
    "plain",
    "a https://sotto.example b https://sotto.example/c.",
    "https://x@y https://z.example",
  ])("the parts of %j together are the text", (text) => {
    expect(
      partsOf(text)
        .map(({ text: part }) => part)
        .join(""),
    ).toBe(text);
  });

  test("a long text without an address is taken in a moment", () => {
    const started = performance.now();
    for (const text of [
      "https:/".repeat(2000),
      "(".repeat(16_000),
      `https://x.example/${"(".repeat(8000)}${")".repeat(8000)}`,
    ])
      partsOf(text);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("emoji", () => {
  test.each(["🎻", "🎻🌊🌅", "🎻 🌊\n🌅", "👩‍👩‍👧‍👦", "👍🏽", "🇺🇦", "❤️", "1️⃣"])("%s alone are set large", (text) => {
    expect(isLargeEmoji(text)).toBe(true);
  });

  test.each(["", " ", "a", "🎻a", "🎻🌊🌅🎻", "1", "#", "12", "🎻".repeat(100)])("%j are not", (text) => {
    expect(isLargeEmoji(text)).toBe(false);
  });
});

test("characters that fill the line get room between lines", () => {
  expect(["第二", "かな", "한글", "Ноты", "a"].map(needsTallLines)).toEqual([true, true, true, false, false]);
});
