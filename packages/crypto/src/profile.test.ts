import type { AccountId } from "@sotto/protocol";
import { PROFILE_SEALED_BYTES, idOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import { openProfile, sealProfile } from "./profile.ts";
import { createNobleProvider } from "./provider/noble.ts";
import { seededRandom } from "./testing/index.ts";

const crypto = createNobleProvider(seededRandom("profile"));
const [alice, bob] = [1, 2].map((n) => idOf<AccountId>(new Uint8Array(16).fill(n))) as [AccountId, AccountId];
const key = new Uint8Array(32).fill(9);
const profile = { name: "Alice", bio: "", picture: null };

test("PRO-2 a profile opens under its key, as its account's and of its version alone", async () => {
  const place = { account: alice, version: 3 };
  const sealed = await sealProfile(crypto, place, key, profile);
  expect(sealed).toHaveLength(PROFILE_SEALED_BYTES[0] as number);
  expect(await sealProfile(crypto, place, key, profile)).not.toEqual(sealed);
  expect(await openProfile(crypto, place, key, sealed)).toEqual(profile);
  expect(await openProfile(crypto, { ...place, account: bob }, key, sealed)).toBeUndefined();
  expect(await openProfile(crypto, { ...place, version: 4 }, key, sealed)).toBeUndefined();
  expect(await openProfile(crypto, place, new Uint8Array(32), sealed)).toBeUndefined();
  expect(await openProfile(crypto, place, key, sealed.with(50, (sealed[50] as number) ^ 1))).toBeUndefined();
  expect(await openProfile(crypto, place, key, new Uint8Array(5))).toBeUndefined();
});
