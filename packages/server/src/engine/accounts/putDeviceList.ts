/** ACC-5: a device list is replaced only by its successor; devices it adds get a mailbox, devices it revokes lose everything (ACC-7). */
import type { DeviceList, ListedDevice } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import type { AccountRecord, SessionRecord } from "../../ports/records.ts";
import type { Done, PutDeviceListRequest } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { accountOf, authoriseRecent } from "../authorise.ts";
import type { RuleContext } from "../context.ts";
import { revokeEverywhere } from "../delivery/leave.ts";
import { storeKeyPackages } from "./keyPackages.ts";
import type { ListChange } from "./listedDevices.ts";
import { changeOf, insertListed, isFree } from "./listedDevices.ts";
import { readDeviceList } from "./readDeviceList.ts";
import { endSessions } from "./sessions.ts";
import { replaceVault } from "./vault.ts";

export function putDeviceList(
  tx: StoreTx,
  request: PutDeviceListRequest,
  context: RuleContext,
): Result<Done> {
  const authorised = authoriseRecent(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const session = authorised.value;
  const account = accountOf(tx, session);
  const judged = judge(account, request, context);
  if (!judged.ok) return judged;
  if (!context.limits.deviceListsByAccount.take(account.account, context.nowMs)) return refused("slowDown");
  const { next, change } = judged.value;
  if (!mayNameDevice(session, request, change)) return refused("noDevice");
  if (!change.added.every((device) => isFree(tx, device)))
    return refused("conflict", { detail: "a device or mailbox id is in use" });
  if (request.vault !== null) {
    const replaced = replaceVault(tx, account.account, request.vault);
    if (!replaced.ok) return replaced;
  }

  tx.updateAccount({ ...account, deviceList: request.deviceList });
  for (const device of change.added) insertListed(tx, account.account, device);
  if (session.device === null) tx.updateSession({ ...session, device: request.device });
  for (const device of change.revoked) revoke(tx, account, device, context);
  if (tx.device(request.device) !== undefined) {
    const stored = storeKeyPackages(tx, request.device, request.keyPackages);
    if (!stored.ok) return stored;
  }
  tellNeighbours(tx, account, next.version, context);
  return accepted({});
}

/** Compare-and-set on version and hash of the stored list; name, id and key of the account stay. */
function judge(
  account: AccountRecord,
  request: PutDeviceListRequest,
  context: RuleContext,
): Result<{ readonly next: DeviceList; readonly change: ListChange }> {
  const current = readDeviceList(account.deviceList, context.crypto);
  if (current === undefined) throw new Error("a stored device list does not read");
  const next = readDeviceList(request.deviceList, context.crypto)?.list;
  if (next === undefined)
    return refused("badRequest", { detail: "not a device list, or not signed by its account key" });
  const same =
    next.account === account.account &&
    next.userName === account.userName &&
    bytesEqual(next.accountKey, current.list.accountKey);
  if (!same) return refused("forbidden", { detail: "name, id and account key stay" });
  const successor = next.version === current.list.version + 1 && bytesEqual(next.previousHash, current.hash);
  if (!successor) return refused("conflict", { detail: "not the successor of the stored list" });
  const change = changeOf(current.list, next);
  return change === undefined
    ? refused("badRequest", { detail: "a listed device was altered" })
    : accepted({ next, change });
}

/** The caller's own device; a session without one may take a device that this list adds. */
function mayNameDevice(
  session: SessionRecord,
  { device }: PutDeviceListRequest,
  { added }: ListChange,
): boolean {
  return session.device === null ? added.some((entry) => entry.device === device) : session.device === device;
}

/** ACC-7: sessions end, key packages and undelivered entries go, the mailbox leaves its groups. */
function revoke(
  tx: StoreTx,
  { account }: AccountRecord,
  { device: id }: ListedDevice,
  context: RuleContext,
): void {
  const device = tx.device(id);
  if (device === undefined) throw new Error("a listed device is not stored");
  endSessions(
    tx,
    tx.sessionsOf(account).filter((session) => session.device === id),
    context,
  );
  revokeEverywhere(tx, device, context);
  tx.deleteDevice(id);
}

/** ACC-15: everybody who shares a group with the account, and its own devices, learn that the list has changed. */
function tellNeighbours(
  tx: StoreTx,
  { account }: AccountRecord,
  version: number,
  context: RuleContext,
): void {
  const own = tx.devicesOf(account).map(({ mailbox }) => mailbox);
  const mailboxes = [...new Set([...own, ...tx.neighboursOf(account)])];
  context.notify({ type: "accountChanged", account, version, mailboxes });
}
