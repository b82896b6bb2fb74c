/**
 * Presence pushes: an account is online while one of its devices is connected that does not hide it, and only the other side of an accepted
 * pair is told (RLY-17). Who hides is told nothing either (RLY-22). A connection begins with everybody offline, so only what differs is sent.
 */
import type { AccountId, GroupId } from "@sotto/protocol";
import { encodeServerFrame } from "@sotto/protocol";
import type { PairNotice } from "../../ports/notices.ts";
import type { HelloValue } from "../../ports/requests.ts";
import type { Effects, ReadyConnection } from "./connection.ts";
import type { Directory } from "./directory.ts";
import { MAX_PRESENCE_CHANGES, PRESENCE_CHANGES_MS } from "./hubLimits.ts";

/** The pairs of a hello, with what was told between its judgement and the answer to it. */
export function pairsAtHello(
  { mailbox, pairs }: HelloValue,
  missed: readonly PairNotice[],
): Map<GroupId, AccountId> {
  const current = new Map(pairs.map(({ group, peer }) => [group, peer]));
  for (const { group, peer } of missed.filter((item) => item.mailbox === mailbox)) {
    if (peer === null) current.delete(group);
    else current.set(group, peer);
  }
  return current;
}

/** Whether the account is online for those who may see it. */
export function isSeen(account: AccountId, directory: Directory): boolean {
  return directory.ofAccount(account).some(({ hidden }) => !hidden);
}

/** Call after the connection was added; `wasSeen` before it was, and before one of the same device that it replaces was removed. */
export function cameOnline(
  connection: ReadyConnection,
  wasSeen: boolean,
  directory: Directory,
  effects: Effects,
): void {
  tellOfPeers(connection, true, directory, effects);
  tellIfChanged(connection, wasSeen, directory, effects);
}

/** Call after the connection was removed. */
export function wentOffline(connection: ReadyConnection, directory: Directory, effects: Effects): void {
  tellIfChanged(connection, !connection.hidden || isSeen(connection.account, directory), directory, effects);
}

/**
 * The device hides, or shows itself again: its contacts learn it, and it learns of them, or that it no longer does - by the same pushes, so that
 * those on their way are overtaken. False when it has changed its mind more often than {@link MAX_PRESENCE_CHANGES} allows.
 */
export function hide(
  connection: ReadyConnection,
  hidden: boolean,
  directory: Directory,
  effects: Effects,
  nowMs: number,
): boolean {
  if (connection.hidden === hidden) return true;
  const { presenceChanges: changes } = connection;
  if (nowMs - changes.sinceMs >= PRESENCE_CHANGES_MS) {
    changes.count = 0;
    changes.sinceMs = nowMs;
  }
  changes.count += 1;
  if (changes.count > MAX_PRESENCE_CHANGES) return false;
  const wasSeen = isSeen(connection.account, directory);
  if (hidden) tellOfPeers(connection, false, directory, effects);
  connection.hidden = hidden;
  if (!hidden) tellOfPeers(connection, true, directory, effects);
  tellIfChanged(connection, wasSeen, directory, effects);
  return true;
}

/** A pair was accepted, joined or left. */
export function pairChanged(
  { mailbox, group, peer }: PairNotice,
  directory: Directory,
  effects: Effects,
): void {
  const connection = directory.ofMailbox(mailbox);
  if (connection === undefined) return;
  const before = connection.pairs.get(group);
  if (before === (peer ?? undefined)) return;
  if (peer === null) connection.pairs.delete(group);
  else connection.pairs.set(group, peer);
  const seen = peer ?? before;
  if (seen !== undefined && isSeen(seen, directory)) tell(connection, group, peer !== null, effects);
}

/** Tells the connection of everybody whom it sees online. */
function tellOfPeers(
  connection: ReadyConnection,
  online: boolean,
  directory: Directory,
  effects: Effects,
): void {
  for (const [group, peer] of connection.pairs)
    if (isSeen(peer, directory)) tell(connection, group, online, effects);
}

/** Tells the account's contacts when it is seen otherwise than it was. */
function tellIfChanged(
  connection: ReadyConnection,
  wasSeen: boolean,
  directory: Directory,
  effects: Effects,
): void {
  const online = isSeen(connection.account, directory);
  if (online === wasSeen) return;
  for (const [group, peer] of connection.pairs) {
    for (const other of directory.ofAccount(peer))
      if (other.pairs.has(group)) tell(other, group, online, effects);
  }
}

function tell({ id, hidden }: ReadyConnection, group: GroupId, online: boolean, effects: Effects): void {
  if (hidden) return;
  effects.emit({
    type: "send",
    connection: id,
    bytes: encodeServerFrame({ type: "presence", group, online }),
  });
}
