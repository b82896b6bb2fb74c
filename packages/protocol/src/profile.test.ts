import { describe, expect, test } from "vitest";
import { encodeCbor } from "./cbor.ts";
import { MAX_PROFILE_PICTURE_BYTES, PROFILE_SEALED_BYTES } from "./limits.ts";
import { cleanBio, cleanDisplayName, encodeProfile, parseProfile } from "./profile.ts";

const profile = { name: "Alice of the hill", bio: "Walks.\nReads.", picture: null };
const sealing = 28;

describe("PRO-1 names and words", () => {
  test.each([
    ["  Alice   B ", "Alice B"],
    ["Al\u0000i\u001b[31mce\n", "Ali[31mce"],
    // Directions: bob could read as another name.
    ["\u202ebob\u202c\u2066\u200f", "bob"],
    // One code point for what looks alike.
    ["Zoe\u0308", "Zo\u00eb"],
    ["\u200b\ufeff\u00ad\u2060a", "a"],
    ["e\u200b\u0301", "\u00e9"],
    ["\u3164\u2800\u115f", ""],
    ["\u200d\u200c", ""],
    ["a \u200d b\u200d", "a b"],
    ["\u{e0041}tag\ue000", "tag"],
    // An emoji of several parts, and a script that needs a non-joiner, stay whole.
    ["\u{1f469}\u200d\u{1f680}", "\u{1f469}\u200d\u{1f680}"],
    ["\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"],
  ])("%j becomes %j", (text, name) => {
    expect(cleanDisplayName(text)).toBe(name);
  });

  test("what is cleaned stays as it is when it is cleaned again", () => {
    for (const text of [" a\u200d  \u200db ", "\u202e x \u3164 y", "a \u200d b"]) {
      const once = cleanDisplayName(text) as string;
      expect(cleanDisplayName(once)).toBe(once);
    }
  });

  test("64 characters as people count them, and 256 bytes", () => {
    expect(cleanDisplayName("a".repeat(64))).toHaveLength(64);
    expect(cleanDisplayName("a".repeat(65))).toBeUndefined();
    expect(cleanDisplayName("\u8bed".repeat(64))).toHaveLength(64);
    expect(cleanDisplayName("\u{1f469}\u200d\u{1f680}".repeat(24))).toBeUndefined();
    // One letter under a tower of marks.
    expect(cleanDisplayName(`a${"\u0300".repeat(200)}`)).toBeUndefined();
  });

  test("words may have lines, 500 characters and 2,000 bytes", () => {
    expect(cleanBio("a\r\nb\u2028c\n\n\n\nd\t")).toBe("a\nb\nc\n\nd");
    expect(cleanBio("a".repeat(500))).toHaveLength(500);
    expect(cleanBio("a".repeat(501))).toBeUndefined();
    expect(cleanBio("\u{1f680}".repeat(501))).toBeUndefined();
  });
});

describe("PRO-2 the padded profile", () => {
  test("comes back as it was, in few sizes", () => {
    const pictures = [0, 20_000, 50_000, 100_000, MAX_PROFILE_PICTURE_BYTES];
    const sizes = pictures.map((size) => {
      const full = { ...profile, picture: size === 0 ? null : new Uint8Array(size).fill(7) };
      const padded = encodeProfile(full);
      expect(parseProfile(padded)).toEqual(full);
      return padded.length + sealing;
    });
    expect(sizes).toEqual(PROFILE_SEALED_BYTES);
    expect(encodeProfile({ name: "", bio: "", picture: null })).toHaveLength(4096 - sealing);
    const largest = { name: "\u8bed".repeat(64), bio: "\u8bed".repeat(500), picture: null };
    expect(encodeProfile(largest)).toHaveLength(4096 - sealing);
  });

  test("what breaks the limits is not encoded", () => {
    expect(() => encodeProfile({ ...profile, name: " a" })).toThrow(RangeError);
    expect(() => encodeProfile({ ...profile, bio: "a\u202e" })).toThrow(RangeError);
    const picture = new Uint8Array(MAX_PROFILE_PICTURE_BYTES + 1);
    expect(() => encodeProfile({ ...profile, picture })).toThrow(RangeError);
  });

  test("of others the name is cleaned, or left out; all else is none", () => {
    const padded = (value: Parameters<typeof encodeCbor>[0]): Uint8Array =>
      Uint8Array.of(...encodeCbor(value), 0x80, 0, 0);
    expect(parseProfile(padded([1, "\u202ebob", "b\u0000", null]))).toEqual({
      name: "bob",
      bio: "b",
      picture: null,
    });
    expect(parseProfile(padded([1, "a".repeat(200), "", null]))?.name).toBe("");
    for (const value of [
      [2, "a", "", null],
      [1, "a", ""],
      [1, 7, "", null],
      [1, "a".repeat(257), "", null],
    ])
      expect(parseProfile(padded(value))).toBeUndefined();
    expect(parseProfile(new Uint8Array(100))).toBeUndefined();
    expect(parseProfile(encodeCbor([1, "a", "", null]))).toBeUndefined();
    expect(parseProfile(new Uint8Array())).toBeUndefined();
  });
});
