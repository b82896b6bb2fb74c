import { expect, test } from "vitest";
import { utf8 } from "@sotto/protocol";
import { createNobleProvider } from "./provider/noble.ts";
import { seededRandom } from "./provider/seeded.ts";
import {
  createStoreKeyParameters,
  decodeStoreKeyParameters,
  deriveStoreKey,
  encodeStoreKeyParameters,
  openRecord,
  sealRecord,
} from "./records.ts";

const provider = createNobleProvider(seededRandom("records"));
const storeKey = provider.random(32);
const cheap = { salt: new Uint8Array(16).fill(5), logN: 14, r: 8, p: 1 };

test("a record opens in its place", async () => {
  const sealed = await sealRecord(provider, storeKey, "messages", "k", utf8("hello"));
  expect(await openRecord(provider, storeKey, "messages", "k", sealed)).toEqual(utf8("hello"));
  expect(await sealRecord(provider, storeKey, "messages", "k", utf8("hello"))).not.toEqual(sealed);
});

test("nowhere else, under no other key, and not altered", async () => {
  const sealed = await sealRecord(provider, storeKey, "ab", "c", utf8("hello"));
  expect(await openRecord(provider, storeKey, "a", "bc", sealed)).toBeUndefined();
  expect(await openRecord(provider, storeKey, "ab", "d", sealed)).toBeUndefined();
  expect(await openRecord(provider, provider.random(32), "ab", "c", sealed)).toBeUndefined();
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = sealed.slice();
    altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(await openRecord(provider, storeKey, "ab", "c", altered)).toBeUndefined();
  }
  for (let size = 0; size < sealed.length; size++)
    expect(await openRecord(provider, storeKey, "ab", "c", sealed.subarray(0, size))).toBeUndefined();
});

test("a store key depends on passphrase and salt; composed and decomposed accents are one", async () => {
  const key = await deriveStoreKey("caf\u00e9", cheap);
  expect(key).toHaveLength(32);
  expect(await deriveStoreKey("cafe\u0301", cheap)).toEqual(key);
  expect(await deriveStoreKey("cafe", cheap)).not.toEqual(key);
  expect(await deriveStoreKey("caf\u00e9", { ...cheap, salt: new Uint8Array(16) })).not.toEqual(key);
});

test("parameters are stored and come back; those that weaken the key or exhaust memory are refused", async () => {
  const parameters = createStoreKeyParameters(provider);
  expect(decodeStoreKeyParameters(encodeStoreKeyParameters(parameters))).toEqual(parameters);
  const refused = [{ logN: 10 }, { logN: 21 }, { r: 1 }, { p: 0 }, { p: 200 }, { salt: new Uint8Array(4) }];
  for (const change of refused) {
    expect(decodeStoreKeyParameters(encodeStoreKeyParameters({ ...parameters, ...change }))).toBeUndefined();
    await expect(deriveStoreKey("x", { ...parameters, ...change })).rejects.toBeInstanceOf(RangeError);
  }
  expect(decodeStoreKeyParameters(new Uint8Array(3))).toBeUndefined();
});
