import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { sharedSecretFault } from "./sharedSecret.ts";

test("ATK-8: what generators print is never refused", () => {
  for (let i = 0; i < 5000; i++) {
    const bytes = randomBytes([24, 32, 48][i % 3] as number);
    for (const form of ["hex", "base64", "base64url"] as const)
      expect(sharedSecretFault(bytes.toString(form))).toBeUndefined();
    expect(sharedSecretFault(bytes.subarray(0, 16).toString("hex").toUpperCase())).toBeUndefined();
  }
});

test.each([
  ["nothing", ""],
  ["31 characters", randomBytes(16).toString("hex").slice(1)],
  ["257 characters", randomBytes(129).toString("hex").slice(1)],
  ["a space", `${randomBytes(16).toString("hex")} `],
  ["two lines", `${randomBytes(16).toString("hex")}\n${randomBytes(16).toString("hex")}`],
  ["quotes", `"${randomBytes(16).toString("hex")}"`],
])("ATK-8: another length or form: %s", (_name, text) => {
  expect(sharedSecretFault(text)).toBe("form");
});

test.each([
  ["changeme", "changemechangemechangemechangeme1A"],
  ["the documented placeholder", "REPLACE-with-the-output-of-openssl-rand-hex-32"],
  ["example", "Example-of-a-Turn-9f8e7d6c5b4a39281706"],
  ["secret", "My-TURN-Secret-9f8e7d6c5b4a392817060"],
  ["words of one case", "correct-horse-battery-staple-and-more"],
  ["equal characters", "a".repeat(31).concat("A")],
  ["counting digits", "0123456789abcdef0123456789abcdef"],
  ["the alphabet", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"],
  ["a repeated word", "Tr0ub4dor-and-3".repeat(3)],
  ["few different characters", "aB1aaB1bbB1aaaB11baBBa1bBaa1B1baBB"],
])("ATK-8: a sample: %s", (_name, text) => {
  expect(sharedSecretFault(text)).toBe("sample");
});
