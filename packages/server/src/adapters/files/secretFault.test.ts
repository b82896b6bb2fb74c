import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createOpaqueSetup, OPAQUE_SETUP_BYTES } from "../opaque/opaqueServer.ts";
import type { SecretFault } from "./secretFault.ts";
import { secretFault } from "./secretFault.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-fault-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const SIZE = 32;

function faultOf(text: string, { mode = 0o600, size = SIZE } = {}): SecretFault | undefined {
  const file = join(dir, "secret");
  writeFileSync(file, text);
  chmodSync(file, mode);
  return secretFault(file, text, size);
}
const base64 = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString("base64url");

test("ATK-8: what generators make is never refused", async () => {
  expect(faultOf(base64(randomBytes(SIZE)))).toBeUndefined();
  const file = join(dir, "secret");
  for (let i = 0; i < 2000; i++) {
    const size = [32, 64, 128][i % 3] as number;
    expect(secretFault(file, base64(randomBytes(size)), size)).toBeUndefined();
  }
  for (let i = 0; i < 20; i++)
    expect(secretFault(file, await createOpaqueSetup(), OPAQUE_SETUP_BYTES)).toBeUndefined();
});

test.each<[string, string]>([
  ["zeros", base64(new Uint8Array(SIZE))],
  ["equal bytes", base64(new Uint8Array(SIZE).fill(0xa5))],
  ["counting bytes", base64(Array.from({ length: SIZE }, (_, i) => i))],
  ["bytes that count down by three", base64(Array.from({ length: SIZE }, (_, i) => (500 - 3 * i) & 0xff))],
  [
    "a pattern of eight",
    base64(Array.from({ length: SIZE }, (_, i) => [9, 200, 31, 77, 140, 5, 66, 250][i % 8] as number)),
  ],
  ["text in base64url", base64(Buffer.from("The server's secret, thirty-two."))],
  ["words", "an-ExAmPlE-secret-for-the-documentation-123".slice(0, 42).concat("A")],
  ["letters of one case", "abcdefghijklmnopqrstuvwxyzzyxwvutsrqponmlka".slice(0, 42).concat("c")],
])("ATK-8: a sample: %s", (_name, text) => {
  expect(Buffer.from(text, "base64url")).toHaveLength(SIZE);
  expect(faultOf(Buffer.from(text, "base64url").toString("base64url"))).toBe("sample");
});

test.each<[string, string]>([
  ["nothing", ""],
  ["too short", base64(randomBytes(SIZE - 1))],
  ["too long", base64(randomBytes(SIZE + 1))],
  ["hexadecimal", randomBytes(SIZE).toString("hex")],
  ["something behind it", `${base64(randomBytes(SIZE))}!`],
])("ATK-8: another size or form: %s", (_name, text) => {
  expect(faultOf(text)).toBe("size");
});

test.each([0o604, 0o640, 0o644, 0o660, 0o666, 0o610])("ATK-8: mode %o lets others in", (mode) => {
  expect(faultOf(base64(randomBytes(SIZE)), { mode })).toBe("exposed");
});
