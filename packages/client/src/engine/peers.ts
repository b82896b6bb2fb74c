/** Who another account is: its signed device list, fetched, verified, and compared with what is pinned (ACC-4, CON-3). */
import type { Member } from "@sotto/crypto";
import type { AccountId, DeviceList, ListedDevice, MailboxId } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import type { ServerRequest } from "../ports/server.ts";
import type { Step } from "./core.ts";
import { mls, request } from "./core.ts";
import type { ContactRecord } from "./records/contact.ts";

/** unknown: the server knows no such account · invalid: its answer is not a valid list of that account. */
export type PeerLookup =
  | { readonly kind: "found"; readonly list: DeviceList }
  | { readonly kind: "unknown" | "invalid" };

/** Asks for an account. A name must be the list's own; an id likewise. */
export function* lookupPeer(
  query: Extract<ServerRequest, { kind: "accountByName" | "accountById" }>,
): Step<PeerLookup> {
  const answer = yield* request(query);
  if (answer.kind !== "account") return { kind: "unknown" };
  const verified = yield* mls({ op: "verifyDeviceList", signed: answer.deviceList });
  if (!verified.ok) return { kind: "invalid" };
  const list = verified.output;
  const asked =
    query.kind === "accountByName" ? list.userName === query.userName : list.account === query.account;
  return asked && list.account === answer.account ? { kind: "found", list } : { kind: "invalid" };
}

/** The account key of the list has signed the member's credential. */
export function isOfAccount(list: DeviceList, { credential }: Pick<Member, "credential">): boolean {
  return credential.account === list.account && bytesEqual(credential.accountKey, list.accountKey);
}

/** The listed, unrevoked device that a group member or key package claims to be. */
export function listedDevice(
  list: DeviceList,
  member: Pick<Member, "credential" | "leafKey">,
): ListedDevice | undefined {
  const { credential, leafKey } = member;
  if (!isOfAccount(list, member)) return undefined;
  const device = list.devices.find((entry) => entry.device === credential.device && entry.revokedIn === null);
  return device && device.mailbox === credential.mailbox && bytesEqual(device.leafKey, leafKey)
    ? device
    : undefined;
}

/** True when the account's own list says that the mailbox's device is revoked, and others are there. */
export function* hasRevoked(account: AccountId, mailbox: MailboxId): Step<boolean> {
  const found = yield* lookupPeer({ kind: "accountById", account });
  if (found.kind !== "found") return false;
  const { devices } = found.list;
  const revoked = devices.some((device) => device.mailbox === mailbox && device.revokedIn !== null);
  return revoked && devices.some(({ revokedIn }) => revokedIn === null);
}

/** The part of an account that a contact record pins. */
export function pinOf(list: DeviceList): {
  account: AccountId;
  userName: string;
  accountKey: Uint8Array;
  listVersion: number;
} {
  return {
    account: list.account,
    userName: list.userName,
    accountKey: list.accountKey,
    listVersion: list.version,
  };
}

/**
 * The contact in whose place the list's account would stand (CON-3): one of the same id that has another key or name, or one of the same name
 * that is another account. Contacts that were removed stand in nobody's way.
 */
export function imitatedContact(
  contacts: Iterable<ContactRecord>,
  list: DeviceList,
): ContactRecord | undefined {
  for (const contact of contacts) {
    const { account, userName, accountKey, state } = contact;
    if (state === "removed" || state === "blocked") continue;
    const isSame = account === list.account;
    // A fellow member of a group stands in nobody's way but under its own id.
    if (state === "known" && (!isSame || bytesEqual(accountKey, list.accountKey))) continue;
    const isNamed = userName === list.userName;
    if (isSame ? !isNamed || !bytesEqual(accountKey, list.accountKey) : isNamed) return contact;
  }
  return undefined;
}

/** Somebody of this account or name was a contact before, under another key. */
export function isRekeyed(contacts: Iterable<ContactRecord>, list: DeviceList): boolean {
  return [...contacts].some(
    ({ account, userName, accountKey, state }) =>
      state !== "known" &&
      (account === list.account || userName === list.userName) &&
      !bytesEqual(accountKey, list.accountKey),
  );
}
