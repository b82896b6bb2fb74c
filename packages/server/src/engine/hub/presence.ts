/**
 * Presence pushes (RLY-17): an account is online while one of its devices is connected, and only the other side of an accepted pair is
 * told. A connection begins with everybody offline, so only what differs is sent.
 */
import type { AccountId, GroupId } from "@sotto/protocol";
import { encodeServerFrame } from "@sotto/protocol";
import type { PairNotice } from "../../ports/notices.ts";
import type { HelloValue } from "../../ports/requests.ts";
import type { Effects, ReadyConnection } from "./connection.ts";
import type { Directory } from "./directory.ts";

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

/** Call after the connection was added; `replaces` one of the same device, so that nobody saw it go. */
export function cameOnline(
  connection: ReadyConnection,
  replaces: boolean,
  directory: Directory,
  effects: Effects,
): void {
  for (const [group, peer] of connection.pairs) {
    if (directory.ofAccount(peer).length > 0) tell(connection, group, true, effects);
  }
  if (!replaces && directory.ofAccount(connection.account).length === 1)
    tellPeers(connection, true, directory, effects);
}

/** Call after the connection was removed. */
export function wentOffline(connection: ReadyConnection, directory: Directory, effects: Effects): void {
  if (directory.ofAccount(connection.account).length === 0) tellPeers(connection, false, directory, effects);
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
  if (seen !== undefined && directory.ofAccount(seen).length > 0)
    tell(connection, group, peer !== null, effects);
}

function tellPeers(
  connection: ReadyConnection,
  online: boolean,
  directory: Directory,
  effects: Effects,
): void {
  for (const [group, peer] of connection.pairs) {
    for (const other of directory.ofAccount(peer))
      if (other.pairs.has(group)) tell(other, group, online, effects);
  }
}

function tell({ id }: ReadyConnection, group: GroupId, online: boolean, effects: Effects): void {
  effects.emit({
    type: "send",
    connection: id,
    bytes: encodeServerFrame({ type: "presence", group, online }),
  });
}
