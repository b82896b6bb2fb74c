/** What a new device list means for the stored devices (ACC-5, ACC-7). */
import type { AccountId, DeviceList, ListedDevice } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import type { StoreTx } from "../../ports/store.ts";

export interface ListChange {
  readonly added: readonly ListedDevice[];
  readonly revoked: readonly ListedDevice[];
}

/**
 * The difference between a list and its successor, or `undefined` if a device vanished, was altered, came back from its revocation, or
 * claims to have been added or revoked at another version than this one.
 */
export function changeOf(current: DeviceList, next: DeviceList): ListChange | undefined {
  const before = new Map(current.devices.map((device) => [device.device, device]));
  const after = new Map(next.devices.map((device) => [device.device, device]));
  if (current.devices.some(({ device }) => !after.has(device))) return undefined;
  const added = next.devices.filter(({ device }) => !before.has(device));
  const revoked: ListedDevice[] = [];
  for (const old of current.devices) {
    const entry = after.get(old.device);
    if (entry === undefined || !isSameDevice(old, entry)) return undefined;
    if (entry.revokedIn === old.revokedIn) continue;
    if (old.revokedIn !== null || entry.revokedIn !== next.version) return undefined;
    revoked.push(entry);
  }
  const fresh = added.every(({ addedIn, revokedIn }) => addedIn === next.version && revokedIn === null);
  return fresh ? { added, revoked } : undefined;
}

function isSameDevice(a: ListedDevice, b: ListedDevice): boolean {
  return (
    a.mailbox === b.mailbox &&
    a.addedIn === b.addedIn &&
    bytesEqual(a.leafKey, b.leafKey) &&
    bytesEqual(a.hpkeKey, b.hpkeKey)
  );
}

/** True when neither device nor mailbox belongs to anybody: a listed id of somebody else's would take over its mailbox. */
export function isFree(tx: StoreTx, { device, mailbox }: ListedDevice): boolean {
  return tx.device(device) === undefined && tx.deviceByMailbox(mailbox) === undefined;
}

export function insertListed(
  tx: StoreTx,
  account: AccountId,
  { device, mailbox, leafKey }: ListedDevice,
): void {
  tx.insertDevice({ device, account, mailbox, leafKey, connection: 0, storeCounter: 0, acked: 0 });
}
