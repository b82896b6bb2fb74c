/**
 * The signed device list (ACC-4): the one place that says which keys an account has. Encoded as CBOR and signed by the account key over
 * `label || 0 || bytes`; readers verify the signature (package crypto) over the bytes as received.
 */
import type { AccountId, DeviceId, MailboxId } from "./ids.ts";
import { idBytes, idOf } from "./ids.ts";
import {
  HASH_BYTES,
  ID_BYTES,
  MAX_DEVICES,
  MAX_DEVICE_LIST_BYTES,
  SIGNATURE_BYTES,
  SIGNATURE_KEY_BYTES,
  USER_NAME_PATTERN,
} from "./limits.ts";
import { arrayOf, bytesOf, bytesUpTo, codecOf, nullable, textUpTo, tuple, uint } from "./schema.ts";

export interface ListedDevice {
  readonly device: DeviceId;
  /** Ed25519 key of the device's leaf. */
  readonly leafKey: Uint8Array;
  /** HPKE public key to which vault wraps are sealed (X-Wing, 1216 bytes). */
  readonly hpkeKey: Uint8Array;
  readonly mailbox: MailboxId;
  /** List version that added it. */
  readonly addedIn: number;
  /** List version that revoked it, or null. */
  readonly revokedIn: number | null;
}

export interface DeviceList {
  readonly userName: string;
  readonly account: AccountId;
  /** Ed25519. */
  readonly accountKey: Uint8Array;
  /** Ed25519 key that outranks the account key, or null before a recovery key exists. */
  readonly recoverySigningKey: Uint8Array | null;
  readonly recoveryHpkeKey: Uint8Array | null;
  readonly vaultKey: Uint8Array | null;
  /** Hash of the previous list; zeros in the first. */
  readonly previousHash: Uint8Array;
  /** From 1. */
  readonly version: number;
  readonly devices: readonly ListedDevice[];
}

/** The list's bytes and the account key's signature over them. */
export interface SignedDeviceList {
  readonly list: Uint8Array;
  readonly signature: Uint8Array;
}

const FORMAT = 1;
const hpkeKey = bytesUpTo(2048);
const deviceShape = tuple(
  bytesOf(ID_BYTES),
  bytesOf(SIGNATURE_KEY_BYTES),
  hpkeKey,
  bytesOf(ID_BYTES),
  uint(),
  nullable(uint()),
);
const listCodec = codecOf(
  tuple(
    uint(255),
    textUpTo(32),
    bytesOf(ID_BYTES),
    bytesOf(SIGNATURE_KEY_BYTES),
    nullable(bytesOf(SIGNATURE_KEY_BYTES)),
    nullable(hpkeKey),
    nullable(hpkeKey),
    bytesOf(HASH_BYTES),
    uint(),
    arrayOf(deviceShape, MAX_DEVICES),
  ),
);
const signedCodec = codecOf(tuple(bytesUpTo(MAX_DEVICE_LIST_BYTES), bytesOf(SIGNATURE_BYTES)));

/** The bytes that are signed and hashed. */
export function encodeDeviceList(list: DeviceList): Uint8Array {
  return listCodec.encode([
    FORMAT,
    list.userName,
    idBytes(list.account),
    list.accountKey,
    list.recoverySigningKey,
    list.recoveryHpkeKey,
    list.vaultKey,
    list.previousHash,
    list.version,
    list.devices.map((entry) => [
      idBytes(entry.device),
      entry.leafKey,
      entry.hpkeKey,
      idBytes(entry.mailbox),
      entry.addedIn,
      entry.revokedIn,
    ]),
  ]);
}

/** The list, structurally sound but **not yet verified**: unique devices, mailboxes and keys, versions in range. */
export function parseDeviceList(bytes: Uint8Array): DeviceList | undefined {
  const fields = listCodec.decode(bytes);
  if (fields === undefined || fields[0] !== FORMAT) return undefined;
  const [
    ,
    userName,
    account,
    accountKey,
    recoverySigningKey,
    recoveryHpkeKey,
    vaultKey,
    previousHash,
    version,
    entries,
  ] = fields;
  if (!USER_NAME_PATTERN.test(userName) || version < 1) return undefined;
  const devices = entries.map(([device, leafKey, hpke, mailbox, addedIn, revokedIn]): ListedDevice => ({
    device: idOf(device),
    leafKey,
    hpkeKey: hpke,
    mailbox: idOf(mailbox),
    addedIn,
    revokedIn,
  }));
  const sound = devices.every(
    ({ addedIn, revokedIn }) =>
      addedIn >= 1 &&
      addedIn <= version &&
      (revokedIn === null || (revokedIn > addedIn && revokedIn <= version)),
  );
  const unique = (pick: (entry: ListedDevice) => string): boolean =>
    new Set(devices.map(pick)).size === devices.length;
  if (!sound || !unique((d) => d.device) || !unique((d) => d.mailbox) || !unique((d) => String(d.leafKey)))
    return undefined;
  return {
    userName,
    account: idOf(account),
    accountKey,
    recoverySigningKey,
    recoveryHpkeKey,
    vaultKey,
    previousHash,
    version,
    devices,
  };
}

export function encodeSignedDeviceList(signed: SignedDeviceList): Uint8Array {
  return signedCodec.encode([signed.list, signed.signature]);
}

export function decodeSignedDeviceList(bytes: Uint8Array): SignedDeviceList | undefined {
  const fields = signedCodec.decode(bytes);
  return fields && { list: fields[0], signature: fields[1] };
}
