/** Who another account is: its signed device list, fetched, verified, and compared with what is pinned (ACC-4, CON-3). */
import type { Member } from "@sotto/crypto";
import type { AccountId, DeviceList, ListedDevice } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import type { ServerRequest } from "../ports/server.ts";
import type { Step } from "./core.ts";
import { mls, request } from "./core.ts";

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

/** The listed, unrevoked device that a group member or key package claims to be. */
export function listedDevice(
  list: DeviceList,
  member: Pick<Member, "credential" | "leafKey">,
): ListedDevice | undefined {
  const { credential, leafKey } = member;
  if (credential.account !== list.account || !bytesEqual(credential.accountKey, list.accountKey))
    return undefined;
  const device = list.devices.find((entry) => entry.device === credential.device && entry.revokedIn === null);
  return device && device.mailbox === credential.mailbox && bytesEqual(device.leafKey, leafKey)
    ? device
    : undefined;
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
