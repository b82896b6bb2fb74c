/** Signing and verifying device lists (ACC-4). Nothing is sealed to a key and nobody is added that is not in a verified list. */
import type { AccountId, DeviceList, ListedDevice } from "@sotto/protocol";
import {
  bytesEqual,
  decodeSignedDeviceList,
  encodeDeviceList,
  encodeSignedDeviceList,
  HASH_BYTES,
  LABELS,
  labelled,
  parseDeviceList,
} from "@sotto/protocol";
import type { CryptoProvider } from "../provider/port.ts";

declare const verified: unique symbol;

/** A list whose signature and chain hold: only {@link verifyDeviceList} makes one, so that no check can be skipped. */
export interface VerifiedDeviceList extends DeviceList {
  readonly [verified]: true;
  /** {@link deviceListHash} of it: what the next list must name. */
  readonly hash: Uint8Array;
}

/** What is already known of an account. */
export interface PinnedAccount {
  readonly account: AccountId;
  readonly accountKey: Uint8Array;
  /** The last verified list, if any. */
  readonly previous?: VerifiedDeviceList;
}

/**
 * malformed: no device list · forged: the signature does not hold · otherAccount, otherKey: not the pinned one · otherName: renamed ·
 * rollback: older than the known one, or another with its version · broken: the chain of hashes does not hold, or a device of the
 * previous list was dropped, changed or un-revoked · gap: versions are missing between; fetch them.
 */
export type DeviceListFailure =
  | "malformed"
  | "forged"
  | "otherAccount"
  | "otherKey"
  | "otherName"
  | "rollback"
  | "broken"
  | "gap";

export type DeviceListResult =
  | { readonly ok: true; readonly list: VerifiedDeviceList }
  | { readonly ok: false; readonly reason: DeviceListFailure };

/** The bytes that are published: list and signature. Throws `RangeError` for a list that readers would not take. */
export async function signDeviceList(
  provider: CryptoProvider,
  list: DeviceList,
  accountPrivateKey: Uint8Array,
): Promise<Uint8Array> {
  const bytes = encodeDeviceList(list);
  if (parseDeviceList(bytes) === undefined) throw new RangeError("device list");
  const signature = await provider.ed25519Sign(accountPrivateKey, labelled(LABELS.deviceList, bytes));
  return encodeSignedDeviceList({ list: bytes, signature });
}

/**
 * Checks a published list: form, signature by the account key it names, and - as far as given - that this is the pinned account and the
 * next list after the previous one, or that one itself. Without a pin the list is only consistent in itself: its key is then shown as
 * unverified.
 */
export async function verifyDeviceList(
  provider: CryptoProvider,
  signedBytes: Uint8Array,
  pinned?: PinnedAccount,
): Promise<DeviceListResult> {
  const signed = decodeSignedDeviceList(signedBytes);
  const list = signed && parseDeviceList(signed.list);
  if (signed === undefined || list === undefined) return failure("malformed");
  if (
    !(await provider.ed25519Verify(
      list.accountKey,
      labelled(LABELS.deviceList, signed.list),
      signed.signature,
    ))
  )
    return failure("forged");
  const hash = deviceListHash(provider, signed.list);
  const reason = (pinned && pinFault(list, pinned)) ?? chainFault(list, hash, pinned?.previous);
  if (reason !== undefined) return failure(reason);
  return { ok: true, list: { ...list, hash } as VerifiedDeviceList };
}

/** SHA-256 over the list's bytes as they were signed. */
export function deviceListHash(provider: CryptoProvider, listBytes: Uint8Array): Uint8Array {
  return provider.sha256(labelled(LABELS.deviceListHash, listBytes));
}

/** The devices that are in use. */
export function activeDevices(list: DeviceList): readonly ListedDevice[] {
  return list.devices.filter(({ revokedIn }) => revokedIn === null);
}

function pinFault(list: DeviceList, pinned: PinnedAccount): DeviceListFailure | undefined {
  if (list.account !== pinned.account) return "otherAccount";
  return bytesEqual(list.accountKey, pinned.accountKey) ? undefined : "otherKey";
}

function chainFault(
  list: DeviceList,
  hash: Uint8Array,
  previous: VerifiedDeviceList | undefined,
): DeviceListFailure | undefined {
  const first = bytesEqual(list.previousHash, new Uint8Array(HASH_BYTES));
  if (first !== (list.version === 1)) return "broken";
  if (previous === undefined) return undefined;
  if (list.account !== previous.account) return "otherAccount";
  if (!bytesEqual(list.accountKey, previous.accountKey)) return "otherKey";
  if (list.userName !== previous.userName) return "otherName";
  if (bytesEqual(hash, previous.hash)) return undefined;
  if (list.version <= previous.version) return "rollback";
  if (list.version > previous.version + 1) return "gap";
  if (!bytesEqual(list.previousHash, previous.hash)) return "broken";
  return previous.devices.every((device) => list.devices.some((other) => continues(device, other)))
    ? undefined
    : "broken";
}

/** A device keeps its mailbox, its place in history and its revocation; its keys may change (a new password renews the leaf key). */
function continues(before: ListedDevice, after: ListedDevice): boolean {
  return (
    before.device === after.device &&
    before.mailbox === after.mailbox &&
    before.addedIn === after.addedIn &&
    (before.revokedIn === null || before.revokedIn === after.revokedIn)
  );
}

function failure(reason: DeviceListFailure): DeviceListResult {
  return { ok: false, reason };
}
