import type { AccountId } from "@sotto/protocol";
import { encodeCbor, idOf, MAX_SEALED_KEY_BYTES, MAX_VAULT_BYTES, toBase64Url, utf8 } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createNobleProvider } from "./provider/noble.ts";
import { seededRandom } from "./provider/seeded.ts";
import { createVaultKey, openVault, sealVault, unwrapVaultKey, wrapVaultKey } from "./vault.ts";

const provider = createNobleProvider(seededRandom("vault"));
const account = idOf<AccountId>(provider.random(16));
const other = idOf<AccountId>(provider.random(16));
const vaultKey = createVaultKey(provider);
const sections = new Map([
  ["contacts", utf8("bob")],
  ["of a later version", provider.random(40)],
]);

test("sections come back whole, unknown ones too", async () => {
  const sealed = await sealVault(provider, account, 3, vaultKey, sections);
  expect(await openVault(provider, account, 3, vaultKey, sealed, 3)).toEqual({ ok: true, value: sections });
});

test("older: below the version that this device has seen", async () => {
  const sealed = await sealVault(provider, account, 3, vaultKey, sections);
  expect(await openVault(provider, account, 3, vaultKey, sealed, 4)).toEqual({ ok: false, reason: "older" });
});

test("damaged: an older vault under a newer number, another account, another key, any altered byte", async () => {
  const sealed = await sealVault(provider, account, 3, vaultKey, sections);
  const damaged = { ok: false, reason: "damaged" };
  expect(await openVault(provider, account, 4, vaultKey, sealed, 0)).toEqual(damaged);
  expect(await openVault(provider, other, 3, vaultKey, sealed, 0)).toEqual(damaged);
  expect(await openVault(provider, account, 3, createVaultKey(provider), sealed, 0)).toEqual(damaged);
  for (let i = 0; i < sealed.length; i++) {
    const altered = sealed.slice();
    altered[i] = (altered[i] as number) ^ 1;
    expect(await openVault(provider, account, 3, vaultKey, altered, 0), String(i)).toMatchObject({
      ok: false,
    });
  }
  for (const bytes of [new Uint8Array(), provider.random(100), sealed.subarray(1)])
    expect(await openVault(provider, account, 3, vaultKey, bytes, 0)).toEqual(damaged);
});

test("unsupported: a format of a newer program", async () => {
  expect(
    await openVault(provider, account, 3, vaultKey, encodeCbor([2, null, new Uint8Array(40)]), 0),
  ).toEqual({
    ok: false,
    reason: "unsupported",
  });
  const wrap = encodeCbor([2, new Uint8Array(60)]);
  expect(await unwrapVaultKey(provider, account, wrap, toBase64Url(provider.random(64)))).toEqual({
    ok: false,
    reason: "unsupported",
  });
});

test("too large a vault is a bug of the caller", async () => {
  const large = new Map([["x", new Uint8Array(MAX_VAULT_BYTES - 10)]]);
  await expect(sealVault(provider, account, 1, vaultKey, large)).rejects.toBeInstanceOf(RangeError);
});

test("the data key unwraps under its export key and account, and nothing else", async () => {
  const exportKey = toBase64Url(provider.random(64));
  const wrap = await wrapVaultKey(provider, account, vaultKey, exportKey);
  expect(wrap.length).toBeLessThanOrEqual(MAX_SEALED_KEY_BYTES);
  expect(await unwrapVaultKey(provider, account, wrap, exportKey)).toEqual({ ok: true, value: vaultKey });
  const damaged = { ok: false, reason: "damaged" };
  expect(await unwrapVaultKey(provider, other, wrap, exportKey)).toEqual(damaged);
  expect(await unwrapVaultKey(provider, account, wrap, toBase64Url(provider.random(64)))).toEqual(damaged);
  expect(await unwrapVaultKey(provider, account, wrap.subarray(1), exportKey)).toEqual(damaged);
});
