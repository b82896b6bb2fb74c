import { expect, test } from "vitest";
import { encodeCredential, utf8 } from "@sotto/protocol";
import {
  createRunningHash,
  deriveArchiveKey,
  openArchiveChunk,
  sealArchiveChunk,
  signArchive,
  verifyArchive,
} from "./archive.ts";
import { createNobleProvider } from "./provider/noble.ts";
import { seededRandom } from "./provider/seeded.ts";
import { makeAccount, makeDevice } from "./testing/devices.ts";

const provider = createNobleProvider(seededRandom("archive"));
const key = provider.random(32);

test("ARC-4 a chunk opens in its place, as the last or not, and unaltered", async () => {
  const sealed = await sealArchiveChunk(provider, key, 3, false, utf8("chunk"));
  expect(await openArchiveChunk(provider, key, 3, false, sealed)).toEqual(utf8("chunk"));
  expect(await openArchiveChunk(provider, key, 3, true, sealed)).toBeUndefined();
  for (const index of [0, 2, 4, 3 + 256, 3 + 2 ** 32])
    expect(await openArchiveChunk(provider, key, index, false, sealed)).toBeUndefined();
  expect(await openArchiveChunk(provider, provider.random(32), 3, false, sealed)).toBeUndefined();
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = sealed.slice();
    altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(await openArchiveChunk(provider, key, 3, false, altered)).toBeUndefined();
  }
  for (let size = 0; size < sealed.length; size++)
    expect(await openArchiveChunk(provider, key, 3, false, sealed.slice(0, size))).toBeUndefined();
});

test("ARC-4 the key follows from passphrase, salt and first line", async () => {
  const salt = new Uint8Array(16).fill(1);
  const made = await deriveArchiveKey(provider, "e\u0301t\u00e9", salt, utf8("line"));
  expect(await deriveArchiveKey(provider, "\u00e9t\u00e9", salt, utf8("line"))).toEqual(made);
  expect(await deriveArchiveKey(provider, "\u00e9t\u00e9", salt, utf8("lime"))).not.toEqual(made);
  expect(await deriveArchiveKey(provider, "ete", salt, utf8("line"))).not.toEqual(made);
}, 60_000);

test("a running hash is the hash of the whole", () => {
  const hash = createRunningHash();
  for (const part of ["one", "", "two"]) hash.update(utf8(part));
  expect(hash.digest()).toEqual(provider.sha256(utf8("onetwo")));
});

test("ARC-3 a device of the account has signed this digest, and nobody else", async () => {
  const owner = makeAccount(provider);
  const device = await makeDevice(provider, owner);
  const digest = provider.random(32);
  const proof = {
    credential: encodeCredential(device.credential),
    leafKey: device.leafPublicKey,
    signature: await signArchive(provider, device.leafPrivateKey, digest),
  };
  const whose = { account: owner.account, accountKey: owner.key.publicKey };
  const judge = (change: Partial<typeof proof>, by = whose, of = digest): Promise<boolean> =>
    verifyArchive(provider, by, of, { ...proof, ...change });
  expect(await judge({})).toBe(true);
  const stranger = makeAccount(provider);
  const strangers = await makeDevice(provider, stranger);
  expect(await judge({}, whose, provider.random(32))).toBe(false);
  expect(await judge({}, { ...whose, accountKey: stranger.key.publicKey })).toBe(false);
  expect(await judge({}, { ...whose, account: stranger.account })).toBe(false);
  expect(await judge({ credential: encodeCredential(strangers.credential) })).toBe(false);
  expect(await judge({ leafKey: strangers.leafPublicKey })).toBe(false);
  expect(await judge({ signature: await signArchive(provider, strangers.leafPrivateKey, digest) })).toBe(
    false,
  );
  expect(await judge({ credential: new Uint8Array(20) })).toBe(false);
  // An account key of the stranger's own making, under the owner's account id.
  const forged = await makeDevice(provider, { account: owner.account, key: stranger.key });
  const signature = await signArchive(provider, forged.leafPrivateKey, digest);
  const credential = encodeCredential(forged.credential);
  expect(await judge({ credential, leafKey: forged.leafPublicKey, signature })).toBe(false);
});
