import { describe, expect, test } from "vitest";
import { toHex, utf8 } from "./bytes.ts";
import {
  conversationKeyFault,
  formatConversationKey,
  newConversationKey,
  parseConversationKey,
} from "./conversationKey.ts";

/** Of `openssl rand -hex 32`, and nobody's. */
const DIGITS = "8f1c07d2b94e63a5f0d87b2c1e9a4463d7320cbe5f81a9964b7de015c83f2ae9";
const bytes = (value: (i: number) => number): string =>
  toHex(Uint8Array.from({ length: 32 }, (_, i) => value(i)));

describe("a conversation's key", () => {
  test.each([DIGITS, ` ${DIGITS}\r\n`, DIGITS.toUpperCase()])("PSK-1: is read from %j", (text) => {
    const key = parseConversationKey(text);
    expect(key).toBeInstanceOf(Uint8Array);
    expect(formatConversationKey(key as Uint8Array)).toBe(DIGITS);
  });

  test.each([
    ["nothing", "", "length"],
    ["one digit less", DIGITS.slice(1), "length"],
    ["one byte less", DIGITS.slice(2), "length"],
    ["one byte more", `${DIGITS}00`, "length"],
    ["another letter", `${DIGITS.slice(1)}g`, "digits"],
    ["a space inside", `${DIGITS.slice(0, 31)} ${DIGITS.slice(32)}`, "digits"],
    ["a prefix", `0x${DIGITS.slice(2)}`, "digits"],
    ["a word", "your-key-here", "digits"],
    ["all zero", bytes(() => 0), "sample"],
    ["all the same", bytes(() => 0xff), "sample"],
    ["two values", bytes((i) => (i % 3 === 0 ? 0xaa : 0x55)), "sample"],
    ["eleven values", bytes((i) => (i * i * 7) % 11), "sample"],
    ["00 to 1f", bytes((i) => i), "sample"],
    ["01 to 20", bytes((i) => i + 1), "sample"],
    ["counting down", bytes((i) => 0xff - i), "sample"],
    ["steps of 17 across the end", bytes((i) => (i * 17 + 200) % 256), "sample"],
    ["counting digits", "0123456789abcdef".repeat(4), "sample"],
    ["a repeated word", "deadbeef".repeat(8), "sample"],
    ["a repeated half", DIGITS.slice(0, 32).repeat(2), "sample"],
    ["a repeated ten", "1234567890".repeat(7).slice(0, 64), "sample"],
    ["a repeated odd number of digits", DIGITS.slice(0, 31).repeat(3).slice(0, 64), "sample"],
    ["a phrase", toHex(utf8("correct horse battery staple, ok")), "sample"],
    ["a key of a standard", "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "sample"],
    ["the hash of nothing", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sample"],
  ])("PSK-1: is not %s", (_, text, fault) => {
    expect(parseConversationKey(text)).toBe(fault);
  });

  test("the same is said of bytes", () => {
    expect(conversationKeyFault(new Uint8Array(31))).toBe("length");
    expect(conversationKeyFault(new Uint8Array(32))).toBe("sample");
    expect(conversationKeyFault(parseConversationKey(DIGITS) as Uint8Array)).toBeUndefined();
  });

  test("random ones are taken", () => {
    for (let i = 0; i < 500; i++)
      expect(conversationKeyFault(globalThis.crypto.getRandomValues(new Uint8Array(32)))).toBeUndefined();
  });

  test("a fresh one is no sample, whatever the source gives first", () => {
    const good = parseConversationKey(DIGITS) as Uint8Array;
    const given = [new Uint8Array(32), good];
    expect(newConversationKey(() => given.shift() as Uint8Array)).toBe(good);
  });
});
