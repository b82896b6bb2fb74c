/** What an application may ask of the engine, and what it is answered. */
import type { AccountId, ConversationId, FileManifest, MessageId, TransferId } from "@sotto/protocol";
import type { FileWord } from "../../ports/fileLinks.ts";
import type { Role } from "../group/policy.ts";
import type { PathMode, StoredMessage } from "./news.ts";

/** What an application may ask. Each is done when its effect is stored on this device, not when others have it. */
export type Command =
  | { readonly kind: "connect" }
  | { readonly kind: "disconnect" }
  /** `message` is the id of the text; one is made without it. */
  | {
      readonly kind: "addContact";
      readonly userName: string;
      readonly text: string | null;
      readonly message?: MessageId;
    }
  | { readonly kind: "acceptContact"; readonly account: AccountId }
  | { readonly kind: "declineContact"; readonly account: AccountId }
  | { readonly kind: "removeContact"; readonly account: AccountId }
  | { readonly kind: "blockContact"; readonly account: AccountId }
  | {
      readonly kind: "sendText";
      readonly conversation: ConversationId;
      readonly text: string;
      readonly replyTo: MessageId | null;
      /** A fresh id that the caller has made; the engine makes one without it. */
      readonly id?: MessageId;
    }
  /**
   * A message that offers files, whose sealed copies are on the shelf; the text may be empty. Only to a contact that both sides have accepted, not in a group (`filesInGroup`). At least
   * one file (`emptyText`), all that fits one message (`textTooLong`: MAX_FILES_BODY_BYTES, FIL-7).
   */
  | {
      readonly kind: "sendFiles";
      readonly conversation: ConversationId;
      readonly text: string;
      readonly files: readonly FileManifest[];
      readonly id?: MessageId;
    }
  /**
   * Opens a group with the devices of these accounts, contacts that have accepted, and this one as its owner. Done when it is stored; the group is
   * there at once, and brought to the server until that has it.
   */
  | {
      readonly kind: "createGroup";
      readonly name: string;
      readonly members: readonly AccountId[];
      /** No epoch of the group is entered without it (PSK-3): 32 bytes, no sample (`badKey`). */
      readonly key?: Uint8Array;
      /** A fresh id that the caller has made; the engine makes one without it. */
      readonly id?: ConversationId;
    }
  /**
   * The key of a conversation that this device was put into (change `needsKey`). Done when it is stored: the conversation is entered when the server
   * can be reached. Another key than the conversation's is refused (`wrongKey`).
   */
  | { readonly kind: "setConversationKey"; readonly conversation: ConversationId; readonly key: Uint8Array }
  /**
   * Opens a room with this account alone. Its invitation is made at once; the server has it as soon as it can be reached. A password that is chosen
   * has at least 12 characters (`weakPassword`).
   */
  | {
      readonly kind: "createRoom";
      readonly name: string;
      readonly password?: string;
      readonly linkRequired: boolean;
      /** A fresh id that the caller has made; the engine makes one without it. */
      readonly id?: ConversationId;
    }
  /**
   * Enters a room by what its invitation says, while nobody needs to be there. Done when this device is in: `wrongRoomPassword` (an unknown code alike, and a
   * link that is missing), `roomBusy`: others were always first, `roomFull`. After `offline` it may get in later.
   */
  | {
      readonly kind: "joinRoom";
      /** As it was typed. */
      readonly code: string;
      readonly password: string;
      readonly linkSecret: Uint8Array | null;
    }
  /** A new code and password of the room; the ones before open nothing any more. For its owner and admins. Without `linkRequired`: as before. */
  | {
      readonly kind: "renewInvitation";
      readonly conversation: ConversationId;
      readonly password?: string;
      readonly linkRequired?: boolean;
    }
  /** The changes of a group are wishes: done when stored, and made until they have come true or cannot any more (change `wishFailed`). */
  | {
      readonly kind: "addMembers";
      readonly conversation: ConversationId;
      readonly accounts: readonly AccountId[];
    }
  | {
      readonly kind: "removeMembers";
      readonly conversation: ConversationId;
      readonly accounts: readonly AccountId[];
    }
  | { readonly kind: "renameGroup"; readonly conversation: ConversationId; readonly name: string }
  /** `owner` hands the group over; who had it becomes an admin. */
  | {
      readonly kind: "setRole";
      readonly conversation: ConversationId;
      readonly account: AccountId;
      readonly role: Role;
    }
  /** Nothing is sent or shown any more at once; the others learn it when the server can be reached. */
  | { readonly kind: "leaveGroup"; readonly conversation: ConversationId }
  /** Marks everything received in the conversation as read. */
  | { readonly kind: "markRead"; readonly conversation: ConversationId }
  /** Renews this device's key in the conversation now. */
  | { readonly kind: "renewKeys"; readonly conversation: ConversationId }
  /** Which way messages of the conversation go; null: as the account's default says. Those of groups go by the relay (`notAllowed`). */
  | { readonly kind: "setPath"; readonly conversation: ConversationId; readonly path: PathMode | null }
  /** Which way messages go in conversations that do not say otherwise. */
  | { readonly kind: "setDefaultPath"; readonly path: PathMode }
  /** Somebody looks at the conversation: a direct path is worth having. */
  | { readonly kind: "attend"; readonly conversation: ConversationId }
  /** The next receipt says that the file is whole here, or asks whether it is there (FIL-19). Forgotten with the process until it has got away. */
  | {
      readonly kind: "fileReceipt";
      readonly conversation: ConversationId;
      readonly transfer: TransferId;
      readonly word: Exclude<FileWord, "told">;
    }
  /** Whether contacts may see this account online. */
  | { readonly kind: "setPresenceHidden"; readonly hidden: boolean }
  /** The own profile of that version is at the server under this key: contacts and fellow members are told (PRO-3). */
  | { readonly kind: "setProfileKey"; readonly version: number; readonly key: Uint8Array }
  /** Takes messages of one conversation from an archive. They are shown, never sent; what is here already stays as it is. */
  | {
      readonly kind: "importMessages";
      readonly conversation: ConversationId;
      readonly peer: AccountId;
      readonly peerName: string | null;
      /** Ascending by order; a run of at most some hundred. */
      readonly messages: readonly ImportedMessage[];
    };

/** A message of an archive. */
export type ImportedMessage = Omit<StoredMessage, "conversation" | "mine" | "event">;

/** Why a command cannot be done; the words are the application's. */
export type CommandProblem =
  | "badUserName"
  | "userUnknown"
  | "self"
  | "alreadyContact"
  | "notContact"
  | "noRequest"
  | "blocked"
  | "unknownConversation"
  | "conversationEnded"
  | "emptyText"
  | "textTooLong"
  | "noKeyPackage"
  | "tooManyRequests"
  | "keysChanged"
  | "keysRefused"
  | "rolledBack"
  | "storeFailed"
  | "offline"
  | "refused"
  /** A group's: not 1 to 128 bytes, or with what no name has. */
  | "badName"
  /** The conversation is no group. */
  | "notGroup"
  /** No pre-shared key: `detail` is what is wrong with it. */
  | "badKey"
  /** Not the conversation's pre-shared key. */
  | "wrongKey"
  /** The conversation has no pre-shared key. */
  | "keyNotNeeded"
  /** Groups carry texts alone. */
  | "filesInGroup"
  /** The own role does not let one. */
  | "notAllowed"
  | "groupFull"
  | "alreadyMember"
  | "notMember"
  /** The conversation is no room. */
  | "notRoom"
  /** Code, password or link are wrong, or were renewed. */
  | "wrongRoomPassword"
  /** Others were always first. */
  | "roomBusy"
  | "roomFull"
  | "weakPassword"
  /** Asked too often. */
  | "slowDown"
  /** The group is handed over before its owner goes. */
  | "ownerLeaves";

export type CommandResult =
  | {
      readonly ok: true;
      readonly conversation?: ConversationId;
      readonly message?: MessageId;
      readonly account?: AccountId;
      /** How many messages an import has added. */
      readonly added?: number;
    }
  /** `detail` names numbers such as the size of a text that is too long. */
  | { readonly ok: false; readonly problem: CommandProblem; readonly detail?: string };
