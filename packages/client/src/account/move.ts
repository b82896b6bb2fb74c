/** Makes this home the account's device in place of every other: they are revoked, and the vault's key is renewed with the list. */
import type { SuiteId, VerifiedDeviceList } from "@sotto/crypto";
import { createVaultKey, openAccountKey, signDeviceList, wrapVaultKey } from "@sotto/crypto";
import type { DeviceList } from "@sotto/protocol";
import { MAX_DEVICES, bytesEqual, toBase64Url } from "@sotto/protocol";
import type { Identity } from "../engine/records/identity.ts";
import { sottoError } from "../sdk/messages.ts";
import { failureOf } from "./answers.ts";
import type { AccountContext, Credentials } from "./context.ts";
import { dropProvisional, provisionalWrite } from "./deviceRecords.ts";
import type { NewDevice } from "./newDevice.ts";
import { createDevice, createKeyPackages, keyPackagesBody, listedAs } from "./newDevice.ts";
import { adoptProvisional, assembleDevice } from "./provisional.ts";
import type { SignedIn } from "./session.ts";
import { contentsOf, openSignedInVault, sectionsOf, vaultBody } from "./vaultContents.ts";

/** The home's store is empty. Rejects with `refused` when the account key does not open or the list has changed meanwhile. */
export async function moveHere(
  context: AccountContext,
  credentials: Credentials,
  suite: SuiteId,
  signedIn: SignedIn,
): Promise<Identity> {
  const { api, crypto, mls, store, nowMs, onStep } = context;
  const { list, token, exportKey } = signedIn;
  if (list.devices.length >= MAX_DEVICES)
    throw sottoError("refused", `the account has had ${MAX_DEVICES} devices`);

  onStep("makingKeys");
  const version = list.version + 1;
  const accountPrivateKey = await unsealAccountKey(context, signedIn);
  const owner = { account: list.account, accountKey: list.accountKey, listVersion: version };
  const device = await createDevice(crypto, owner, accountPrivateKey);
  const deviceList = await signDeviceList(crypto, successor(list, device), accountPrivateKey);
  accountPrivateKey.fill(0);
  const keyPackages = await createKeyPackages(mls, device, suite, nowMs());

  // A vault that does not open is replaced: whoever damaged it must not be able to lock the owner out.
  const known = contentsOf((await openSignedInVault(crypto, signedIn, 0))?.sections ?? new Map());
  // The device that was has the key of the profile too (PRO-4).
  const contents = { ...known, ownProfile: known.ownProfile && { ...known.ownProfile, stale: true } };
  const vaultKey = createVaultKey(crypto);
  const wrapExport = await wrapVaultKey(crypto, list.account, vaultKey, exportKey);
  const vault = { vaultKey, version: signedIn.vault.version + 1, wrapExport };
  const body = await vaultBody(crypto, { account: list.account, ...vault }, sectionsOf(contents));

  onStep("storing");
  const provisional = assembleDevice({
    device,
    suite,
    credentials,
    deviceList,
    keyPackages,
    vault,
    contents,
  });
  await store.commit([provisionalWrite(provisional)]);
  const answer = await api.call("putDeviceList", {
    token: toBase64Url(token),
    body: {
      deviceList: toBase64Url(deviceList),
      device: device.device,
      keyPackages: keyPackagesBody(keyPackages),
      vault: body,
    },
  });
  if (answer.kind === "refused") await store.commit([dropProvisional]);
  if (answer.kind !== "ok") throw failureOf(answer);
  return adoptProvisional(store, provisional, token);
}

/** The account's private key, which the caller wipes. */
export async function unsealAccountKey({ crypto }: AccountContext, signedIn: SignedIn): Promise<Uint8Array> {
  const { list, sealedAccountKey, exportKey } = signedIn;
  const privateKey = await openAccountKey(crypto, list.account, sealedAccountKey, exportKey);
  // The list must be signed by the key that the password opens: a server cannot put another account behind the name.
  if (privateKey === undefined || !bytesEqual(crypto.ed25519PublicKey(privateKey), list.accountKey)) {
    privateKey?.fill(0);
    throw sottoError("refused", "it showed an account key that is not this account's");
  }
  return privateKey;
}

/** The next list: the new device alone is active. */
function successor(list: VerifiedDeviceList, device: NewDevice): DeviceList {
  const { hash, ...current } = list;
  const version = list.version + 1;
  return {
    ...current,
    previousHash: hash,
    version,
    devices: [
      ...list.devices.map((old) => ({ ...old, revokedIn: old.revokedIn ?? version })),
      listedAs(device),
    ],
  };
}
