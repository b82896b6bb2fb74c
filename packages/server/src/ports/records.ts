/** Rows of the store. Whoever reads one must not change it: the memory store hands out its own objects. */
import type {
  AccountId,
  BlobId,
  ConversationId,
  DeviceId,
  GroupId,
  GroupKind,
  MailboxId,
} from "@sotto/protocol";
import type { PackedFrames } from "./packedFrames.ts";
import { measureFrames } from "./packedFrames.ts";
import type { RoomCode, SessionKey } from "./requests.ts";

export interface AccountRecord {
  readonly account: AccountId;
  /** Unique. */
  readonly userName: string;
  readonly registrationRecord: string;
  /** Encoded signed device list. */
  readonly deviceList: Uint8Array;
  readonly sealedAccountKey: Uint8Array;
  readonly createdAtMs: number;
}

export interface SessionRecord {
  readonly session: SessionKey;
  readonly account: AccountId;
  readonly device: DeviceId | null;
  readonly createdAtMs: number;
  /** Exact to an hour. */
  readonly seenAtMs: number;
}

/** A listed, unrevoked device and its mailbox. */
export interface DeviceRecord {
  readonly device: DeviceId;
  readonly account: AccountId;
  /** Unique. */
  readonly mailbox: MailboxId;
  /** Ed25519. */
  readonly leafKey: Uint8Array;
  /** Number of the newest connection; 0 before the first. */
  readonly connection: number;
  readonly storeCounter: number;
  /** Highest acknowledged sequence. */
  readonly acked: number;
}

/**
 * pending: a pair whose recipient has not answered (RLY-8). declined: left by one side before. open: everything else.
 */
export type GroupState = "pending" | "open" | "declined";

export interface GroupRecord {
  readonly group: GroupId;
  readonly conversation: ConversationId;
  readonly kind: GroupKind;
  readonly predecessor: GroupId | null;
  readonly state: GroupState;
  readonly creator: AccountId;
  /** The other account of a pair, else null. */
  readonly peer: AccountId | null;
  /** SHA-256 of handshake 1, and whose it was: the same again is answered as the first time. */
  readonly firstHash: Uint8Array;
  readonly firstMailbox: MailboxId;
  /** Current handshake index. */
  readonly index: number;
  /** SHA-256 of the current handshake, and whose it was. */
  readonly lastHash: Uint8Array;
  readonly lastMailbox: MailboxId;
  /** SHA-256 of what opens a room's door, and the handshake that brought it; null and 0 before one has. */
  readonly doorHash: Uint8Array | null;
  readonly doorIndex: number;
}

/** Group info sealed under the join secret. */
export interface GroupInfoRecord {
  /** The handshake after which it holds. */
  readonly index: number;
  readonly sealed: Uint8Array;
  /** Whose handshake brought it; null of one that a member put in another's place (ROOM-8). */
  readonly by: AccountId | null;
}

/** Code and password of a room. */
export interface RoomRecord {
  readonly group: GroupId;
  /** Unique, and never another room's again. */
  readonly code: RoomCode;
  /** OPAQUE registration record as the library prints it. */
  readonly registrationRecord: string;
  readonly sealedSecret: Uint8Array;
}

/** What waits in a mailbox: entries, and the bytes of their frames and payloads. */
export interface Usage {
  readonly entries: number;
  readonly bytes: number;
}

/** A mailbox on a group's delivery list. */
export interface Recipient extends Usage {
  readonly mailbox: MailboxId;
  readonly account: AccountId;
  /** It has been told that messages of the group were left out, and has got none since (RLY-26). */
  readonly missed: boolean;
}

/** A mailbox that went off a pair's list because its device was revoked: no word of its account's, which stays a contact (RLY-23). */
export interface Absentee {
  readonly mailbox: MailboxId;
  readonly account: AccountId;
}

/** Name of a blob's file in the data directory: 32 random hexadecimal characters that the server chose. */
export type BlobPlace = string;

/** A file at the relay (BLB-2). Its bytes lie elsewhere. */
export interface BlobRecord {
  readonly blob: BlobId;
  readonly group: GroupId;
  /** Whose quota it takes, and whose device made it. */
  readonly account: AccountId;
  readonly maker: MailboxId;
  /** Padded (FIL-2). */
  readonly sizeBytes: number;
  /** Unique. */
  readonly place: BlobPlace;
  readonly expiresAtMs: number;
}

/** What goes into one or more mailboxes as entries that follow each other: a run of messages, or one entry of another kind. Stored once. */
export interface EntryBody {
  /** Mailbox entries with sequence 0, at least one. */
  readonly frames: PackedFrames;
  /** The payload that the only frame names by hash, or null when everything is inside. */
  readonly payload: { readonly hash: Uint8Array; readonly bytes: Uint8Array } | null;
}

/** What a body adds to the mailbox that gets it. */
export function usageOfBody({ frames, payload }: EntryBody): Usage {
  const { entries, bytes } = measureFrames(frames);
  return { entries, bytes: bytes + (payload?.bytes.length ?? 0) };
}
