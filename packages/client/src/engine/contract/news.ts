/** What applications are told: what has happened, and the words for how things stand. */
import type { AccountId, ConversationId, FileManifest, MessageId } from "@sotto/protocol";
import type { FileView } from "../../api.ts";
import type { LinkVia } from "../../ports/direct.ts";
import type { Unreachable } from "../../ports/server.ts";
import type { Role } from "../group/policy.ts";

/** known: no contact, but a member of a group with this account; its name and key are remembered. */
export type ContactState = "outgoing" | "incoming" | "accepted" | "blocked" | "removed" | "known";
export type MessageState = "sending" | "sent" | "delivered" | "read" | "failed";
export type ConnectionState = "offline" | "connecting" | "online";

/**
 * auto: directly when a way is found, else through the relay · direct: directly or not at all, messages wait · turn: as auto, but through TURN
 * servers alone, so that the other device learns no address · relay: no connection between devices is ever made.
 */
export type PathMode = "auto" | "direct" | "turn" | "relay";

/** Why there is no direct way now. */
export type NoLinkReason =
  /** One's own choice. */
  | "relayOnly"
  /** This device cannot make connections. */
  | "unsupported"
  /** Not accepted on both sides, or ended. */
  | "notReady"
  /** No server to agree through. */
  | "serverOffline"
  /** The other is not there, or does not show it. */
  | "peerOffline"
  | "peerRelayOnly"
  | "peerUnsupported"
  /** Through TURN alone, and the server names none. */
  | "noTurn"
  /** Both have tried to the end, and their networks let nothing through. */
  | "noWay"
  /** Nobody has looked at the conversation or written in it for a while, or the next call has still to come. */
  | "idle"
  /** Groups go by the server. */
  | "group";

/** The direct way of a conversation as it is now. */
export type LinkView =
  | { readonly state: "open"; readonly via: LinkVia }
  | { readonly state: "connecting" }
  | { readonly state: "none"; readonly reason: NoLinkReason };

/** What happened, for applications. Emitted only after it is stored. */
export type ClientEvent =
  | { readonly type: "message"; readonly message: StoredMessage }
  | {
      readonly type: "state";
      readonly conversation: ConversationId;
      readonly id: MessageId;
      readonly state: MessageState;
    }
  | {
      readonly type: "contact";
      readonly account: AccountId;
      readonly userName: string;
      readonly state: ContactState;
    }
  /** An own message goes another way than was said of it. */
  | {
      readonly type: "path";
      readonly conversation: ConversationId;
      readonly id: MessageId;
      readonly path: "direct" | "relay";
    }
  | { readonly type: "presence"; readonly account: AccountId; readonly online: boolean }
  | {
      readonly type: "conversation";
      readonly conversation: ConversationId;
      readonly change: ConversationChange;
    }
  | {
      readonly type: "connection";
      readonly state: ConnectionState;
      readonly reason?: ConnectionProblem;
      readonly retryAtMs?: number;
    }
  /** Never of the engine: a file has come further, or does not. At most four times a second of each while it moves. */
  | { readonly type: "file"; readonly file: FileView }
  /** What is written and not sent has changed on this device, perhaps in another window. */
  | { readonly type: "draft"; readonly conversation: ConversationId }
  /** The user has chosen the way of conversations that do not say otherwise. */
  | { readonly type: "defaultPath"; readonly path: PathMode }
  /** The user has chosen to be seen online, or not. */
  | { readonly type: "ownPresence"; readonly hidden: boolean }
  /** Never of the engine: the name, the words or the picture of that account, which may be the own one, have changed. */
  | { readonly type: "profile"; readonly account: AccountId }
  /** What opens that account's profile is another, or is forgotten. */
  | { readonly type: "profileKey"; readonly account: AccountId }
  /** Somebody knows the own profile's key who should not any more. */
  | { readonly type: "profileDue" }
  /** Contacts or settings changed in a way that belongs into the vault. */
  | { readonly type: "vaultDue" }
  /**
   * Never of the engine: a view of it has changed its source, and events may have passed meanwhile. Contacts, conversations and connection are
   * those of now already; message lists that are shown have to be read again.
   */
  | { readonly type: "resynced" };

/**
 * created · ended: the other side left · keysRenewed · gap: messages are missing · unreadable: something could not be opened · fork: the server
 * shows a different history · refusedHandshake · undecided: this device cannot follow the group · keysChanged: the server gives the contact another
 * account key · keysKept: the user goes on with the one that is pinned · keysRefused: keys were shown in the contact's name that are not theirs ·
 * path: its mode, or its direct way, is another · members: of a group: who is in it, its name, or somebody's role is another · wishFailed: of a
 * group: a change that was asked for here cannot be made any more · listCorrected: of a group: the server delivered to other devices than the
 * members', and is told the right ones · needsKey: this device was put into a group and has to be given its key first (PSK-5) · invitationChanged: of
 * a room: others come in with another code and password now, or with none for the moment.
 */
export type ConversationChange =
  | "created"
  | "ended"
  | "keysRenewed"
  | "gap"
  | "gapClosed"
  | "unreadable"
  | "fork"
  | "refusedHandshake"
  | "undecided"
  | "keysChanged"
  | "keysKept"
  | "keysRefused"
  | "path"
  | "members"
  | "wishFailed"
  | "listCorrected"
  | "needsKey"
  | "invitationChanged"
  | "read";

export type ConnectionProblem =
  | Unreachable
  | "signedOut"
  | "replaced"
  | "rolledBack"
  | "serverRestored"
  | "badFrame"
  | "noDevice"
  | "slowDown";

/** What has happened in a group. Its place in the history is that of a message whose sender (`from`) has done it. */
export type GroupEvent =
  | { readonly kind: "created"; readonly name: string }
  /** Accounts, not further devices of members. */
  | { readonly kind: "added"; readonly accounts: readonly AccountId[] }
  | { readonly kind: "removed"; readonly accounts: readonly AccountId[] }
  /** `from` has gone by its own wish. */
  | { readonly kind: "left" }
  | { readonly kind: "renamed"; readonly name: string }
  /** Has come into a room by its password. */
  | { readonly kind: "entered"; readonly account: AccountId }
  | { readonly kind: "role"; readonly account: AccountId; readonly role: Role }
  /** `from` has tried what its role does not allow; nobody has followed. */
  | { readonly kind: "refused" };

/** One message of the history. */
export interface StoredMessage {
  readonly id: MessageId;
  readonly conversation: ConversationId;
  /** The place in the conversation on this device: a later message has a higher one. */
  readonly order: number;
  readonly from: AccountId;
  readonly mine: boolean;
  readonly text: string;
  /**
   * What it offers; empty of a text. A file whose `key` and `root` are empty came with an archive (ARC-9): it is not to be had any more. Of a transfer
   * id that several messages of the conversation name, or both sides, the first one holds.
   */
  readonly files: readonly FileManifest[];
  /** It is no message but a line about the group; then `text` is empty. */
  readonly event: GroupEvent | null;
  readonly replyTo: MessageId | null;
  /** The sender's clock. */
  readonly sentAtMs: number;
  /** This device's clock on arrival or composing. */
  readonly storedAtMs: number;
  /** The way on which it came, or goes: an own message that the server has had is of the relay. */
  readonly path: "direct" | "relay";
  /** Of own messages; received ones are `delivered` or `read`. */
  readonly state: MessageState;
}
