/** Everything that a device makes for itself before the server hears of it: ids, keys, credential, key packages. */
import type { CryptoProvider, KeyPackageBundle, MlsEngine, SuiteId } from "@sotto/crypto";
import { createDeviceKeys, issueCredential } from "@sotto/crypto";
import type { AccountId, Credential, DeviceId, ListedDevice, MailboxId } from "@sotto/protocol";
import { KEY_PACKAGE_TARGET, idOf, toBase64Url } from "@sotto/protocol";
import type { RequestOf } from "../http/serverApi.ts";
import { KEY_PACKAGE_LIFETIME_DAYS } from "../runtime/mlsOperations.ts";

export interface NewDevice {
  readonly device: DeviceId;
  readonly mailbox: MailboxId;
  readonly leafPrivateKey: Uint8Array;
  readonly leafPublicKey: Uint8Array;
  readonly hpkePrivateKey: Uint8Array;
  readonly hpkePublicKey: Uint8Array;
  readonly credential: Credential;
}

/** Whose device it becomes. */
export interface DeviceOwner {
  readonly account: AccountId;
  readonly accountKey: Uint8Array;
  /** Version of the device list that will list it first. */
  readonly listVersion: number;
}

/** Makes a device and has the account key, which the caller has unwrapped and wipes, sign for it. */
export async function createDevice(
  crypto: CryptoProvider,
  owner: DeviceOwner,
  accountPrivateKey: Uint8Array,
): Promise<NewDevice> {
  const keys = await createDeviceKeys(crypto);
  const device = idOf<DeviceId>(crypto.random(16));
  const mailbox = idOf<MailboxId>(crypto.random(16));
  const credential = await issueCredential(
    crypto,
    { ...owner, device, mailbox },
    keys.leafPublicKey,
    accountPrivateKey,
  );
  return { device, mailbox, credential, ...keys };
}

/** Its entry in the device list. */
export function listedAs(device: NewDevice): ListedDevice {
  return {
    device: device.device,
    leafKey: device.leafPublicKey,
    hpkeKey: device.hpkePublicKey,
    mailbox: device.mailbox,
    addedIn: device.credential.listVersion,
    revokedIn: null,
  };
}

export interface DeviceKeyPackages {
  readonly single: readonly KeyPackageBundle[];
  readonly lastResort: KeyPackageBundle;
}

/** A full stock: {@link KEY_PACKAGE_TARGET} for one use each, and one of last resort. */
export async function createKeyPackages(
  mls: MlsEngine,
  device: NewDevice,
  suite: SuiteId,
  nowMs: number,
): Promise<DeviceKeyPackages> {
  const bundles = await mls.keyPackages(
    device,
    suite,
    KEY_PACKAGE_TARGET + 1,
    nowMs,
    KEY_PACKAGE_LIFETIME_DAYS,
  );
  const [lastResort, ...single] = bundles;
  if (lastResort === undefined) throw new Error("the MLS engine made no key packages");
  return { single, lastResort };
}

/** As the server takes them. */
export function keyPackagesBody({ single, lastResort }: DeviceKeyPackages): RequestOf<"putKeyPackages"> {
  return {
    packages: single.map(({ publicBytes }) => toBase64Url(publicBytes)),
    lastResort: toBase64Url(lastResort.publicBytes),
  };
}
