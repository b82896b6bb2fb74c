import type { AccountId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import type { AccountFingerprintInput } from "./safetyNumber.ts";
import { accountFingerprintInput, safetyNumber } from "./safetyNumber.ts";

const provider = createNobleProvider(seededRandom("safety number"));
const party = (account = provider.random(16), key = provider.random(32)): AccountFingerprintInput =>
  accountFingerprintInput(idOf<AccountId>(account), key);

test("60 digits in groups of five, the same from both sides", () => {
  const [alice, bob] = [party(), party()];
  const number = safetyNumber(provider, alice, bob);
  expect(number).toMatch(/^(\d{5} ){11}\d{5}$/);
  expect(safetyNumber(provider, bob, alice)).toBe(number);
});

test("another key or another account changes it", () => {
  const [alice, bob] = [party(), party()];
  const number = safetyNumber(provider, alice, bob);
  const otherKey = accountFingerprintInput(bob.account, provider.random(32));
  const otherAccount = accountFingerprintInput(idOf<AccountId>(provider.random(16)), bob.accountKey);
  for (const other of [otherKey, otherAccount]) expect(safetyNumber(provider, alice, other)).not.toBe(number);
});

test("stays what it is: version 1 of the number", () => {
  const [alice, bob] = [
    party(new Uint8Array(16).fill(1), new Uint8Array(32).fill(2)),
    party(new Uint8Array(16).fill(3), new Uint8Array(32).fill(4)),
  ];
  expect(safetyNumber(provider, alice, bob)).toBe(
    "07109 57200 18158 90750 52186 16476 35283 04973 79475 43498 81972 66568",
  );
});

test("attack 3: a device id is no account key, in types and in bytes", () => {
  // @ts-expect-error: an id is text, a key is bytes.
  expect(() => safetyNumber(provider, party(), "00112233445566778899aabbccddeeff")).toThrow();
  // @ts-expect-error: made by accountFingerprintInput alone.
  const unnamed: AccountFingerprintInput = { account: party().account, accountKey: new Uint8Array(32) };
  expect(unnamed.accountKey).toHaveLength(32);
  expect(() => accountFingerprintInput(party().account, provider.random(16))).toThrow(RangeError);
});
