/** What a committed request means for connections that did not make it. Notices are told in commit order, before the request's own result. */
import type { AccountId, GroupId, MailboxId } from "@sotto/protocol";
import type { PackedFrames } from "./packedFrames.ts";
import type { BlobPlace } from "./records.ts";
import type { SessionKey } from "./requests.ts";

/** Entries stored into one or more mailboxes. */
export interface DeliveredNotice {
  readonly type: "delivered";
  /** The mailbox entries with sequence 0. */
  readonly frames: PackedFrames;
  /** `first` is the sequence of the first frame in that mailbox; the others follow without a gap. */
  readonly to: readonly { readonly mailbox: MailboxId; readonly first: number }[];
}

/** The account's device list reached `version`; `mailboxes` share a group with it or belong to it. */
export interface AccountChangedNotice {
  readonly type: "accountChanged";
  readonly account: AccountId;
  readonly version: number;
  readonly mailboxes: readonly MailboxId[];
}

/** Connections made with these sessions end with `unauthorised`. */
export interface SessionsEndedNotice {
  readonly type: "sessionsEnded";
  readonly sessions: readonly SessionKey[];
}

/** From now on the mailbox sees the presence of `peer` in the pair `group`; null: no longer. */
export interface PairNotice {
  readonly type: "pair";
  readonly mailbox: MailboxId;
  readonly group: GroupId;
  readonly peer: AccountId | null;
}

/** The bytes of these blobs are wanted no longer. */
export interface BlobsRemovedNotice {
  readonly type: "blobsRemoved";
  readonly places: readonly BlobPlace[];
}

export type Notice =
  | DeliveredNotice
  | AccountChangedNotice
  | SessionsEndedNotice
  | PairNotice
  | BlobsRemovedNotice;
