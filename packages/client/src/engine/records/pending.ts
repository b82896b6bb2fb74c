import type { GroupId, StoreId } from "@sotto/protocol";
import { codecOf, idBytes, idOf, nullable, tuple, uint } from "@sotto/protocol";
import { FORMAT, blob, id } from "./shapes.ts";

/** Why a commit of ours waits, so that it can be made again when another wins. */
export type CommitReason = "create" | "accept" | "renew" | "repair" | "wish" | "leave" | "join";
const COMMIT_REASONS: readonly CommitReason[] = [
  "create",
  "accept",
  "renew",
  "repair",
  "wish",
  "leave",
  "join",
];

/** A commit of ours on its way: the exact frame, and the epoch that it would make. */
export interface PendingCommit {
  readonly group: GroupId;
  readonly index: number;
  readonly reason: CommitReason;
  readonly handshake: Uint8Array;
  /** Next epoch in the MLS engine's encoding. */
  readonly next: Uint8Array;
  /** Client frame, to be sent until it is answered; again with identical bytes after a crash. */
  readonly frame: Uint8Array;
  /** The server's store that has taken a creation. It is kept until the request is answered: another store has to be told again (NET-3). */
  readonly takenBy: StoreId | null;
}

const pendingCodec = codecOf(
  tuple(uint(FORMAT), id, uint(), uint(COMMIT_REASONS.length - 1), blob, blob, blob, nullable(id)),
);

export function encodePending(p: PendingCommit): Uint8Array {
  return pendingCodec.encode([
    FORMAT,
    idBytes(p.group),
    p.index,
    COMMIT_REASONS.indexOf(p.reason),
    p.handshake,
    p.next,
    p.frame,
    p.takenBy && idBytes(p.takenBy),
  ]);
}

export function decodePending(bytes: Uint8Array): PendingCommit | undefined {
  const f = pendingCodec.decode(bytes);
  const reason = f && COMMIT_REASONS[f[3]];
  if (f === undefined || reason === undefined) return undefined;
  const [, group, index, , handshake, next, frame, takenBy] = f;
  return { group: idOf(group), index, reason, handshake, next, frame, takenBy: takenBy && idOf(takenBy) };
}
