import type { AccountId } from "@sotto/protocol";
import { idOf, toBase64Url } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeAccount, makeDevice } from "../testing/devices.ts";
import { createAccountKey, openAccountKey, sealAccountKey } from "./accountKey.ts";
import { verifyCredential } from "./credential.ts";
import { createDeviceKeys } from "./deviceKeys.ts";

const provider = createNobleProvider(seededRandom("account"));
const newAccountId = (): AccountId => idOf<AccountId>(provider.random(16));
const newExportKey = (): string => toBase64Url(provider.random(64));

describe("account key", () => {
  test("opens under the export key that sealed it, for the same account", async () => {
    const { privateKey, publicKey } = createAccountKey(provider);
    const [account, exportKey] = [newAccountId(), newExportKey()];
    const sealed = await sealAccountKey(provider, account, privateKey, exportKey);
    const opened = await openAccountKey(provider, account, sealed, exportKey);
    expect(opened).toEqual(privateKey);
    expect(provider.ed25519PublicKey(opened as Uint8Array)).toEqual(publicKey);
  });

  test("does not open with another password, for another account, or altered", async () => {
    const { privateKey } = createAccountKey(provider);
    const [account, exportKey] = [newAccountId(), newExportKey()];
    const sealed = await sealAccountKey(provider, account, privateKey, exportKey);
    expect(await openAccountKey(provider, account, sealed, newExportKey())).toBeUndefined();
    expect(await openAccountKey(provider, newAccountId(), sealed, exportKey)).toBeUndefined();
    for (let i = 0; i < sealed.length; i++) {
      const altered = sealed.slice();
      altered[i] = (altered[i] as number) ^ 1;
      expect(await openAccountKey(provider, account, altered, exportKey)).toBeUndefined();
    }
    for (const size of [0, 12, 27, sealed.length - 1])
      expect(await openAccountKey(provider, account, sealed.subarray(0, size), exportKey)).toBeUndefined();
  });

  test.each(["", "not base64url!", toBase64Url(new Uint8Array(16))])("%j is no export key", async (text) => {
    const { privateKey } = createAccountKey(provider);
    await expect(sealAccountKey(provider, newAccountId(), privateKey, text)).rejects.toBeInstanceOf(
      RangeError,
    );
    expect(await openAccountKey(provider, newAccountId(), new Uint8Array(60), text)).toBeUndefined();
  });

  test("the caller's keys are left as they were", async () => {
    const { privateKey } = createAccountKey(provider);
    const before = privateKey.slice();
    await sealAccountKey(provider, newAccountId(), privateKey, newExportKey());
    expect(privateKey).toEqual(before);
  });
});

describe("ACC-6: credentials", () => {
  test("hold for the leaf key they were issued for", async () => {
    const { credential, leafPublicKey } = await makeDevice(provider);
    expect(await verifyCredential(provider, credential, leafPublicKey)).toBe(true);
  });

  test("every field and the leaf key are bound", async () => {
    const { credential, leafPublicKey } = await makeDevice(provider);
    const other = await makeDevice(provider);
    const { account, device, mailbox, accountKey } = other.credential;
    const changes = [
      { account },
      { device },
      { mailbox },
      { accountKey },
      { listVersion: 2 },
      { signature: other.credential.signature },
    ];
    for (const change of changes)
      expect(await verifyCredential(provider, { ...credential, ...change }, leafPublicKey)).toBe(false);
    expect(await verifyCredential(provider, credential, other.leafPublicKey)).toBe(false);
  });

  test("a signature of the account key over anything else is none: attack 2", async () => {
    const owner = makeAccount(provider);
    const { credential, leafPublicKey } = await makeDevice(provider, owner);
    const bare = await provider.ed25519Sign(owner.key.privateKey, leafPublicKey);
    expect(await verifyCredential(provider, { ...credential, signature: bare }, leafPublicKey)).toBe(false);
  });
});

test("device keys have the sizes of the device list and differ each time", async () => {
  const [a, b] = [await createDeviceKeys(provider), await createDeviceKeys(provider)];
  expect([a.leafPublicKey.length, a.hpkePublicKey.length]).toEqual([32, 1216]);
  expect(provider.ed25519PublicKey(a.leafPrivateKey)).toEqual(a.leafPublicKey);
  expect(a.hpkePublicKey).not.toEqual(b.hpkePublicKey);
  expect(a.leafPublicKey).not.toEqual(b.leafPublicKey);
});
