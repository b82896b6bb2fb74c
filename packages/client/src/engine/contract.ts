/**
 * The engine's boundary: `handle(event) -> effects`, synchronous and pure. Platform runtimes and the simulation carry the effects out and
 * answer each that has a ticket with exactly one completion. A runtime that dies in between loses only what was not stored.
 */
import type {
  CommitIntent,
  CommitResult,
  Decrypted,
  EpochChange,
  ExternalCommit,
  ExternalIntent,
  GroupDelta,
  HandshakeOutcome,
  InspectedGroupInfo,
  JoinResult,
  KeyPackageBundle,
  KnownPsk,
  Member,
  MlsGroup,
  Outgoing,
  SuiteId,
} from "@sotto/crypto";
import type {
  AccountId,
  ConversationId,
  DeviceList,
  FileManifest,
  GroupId,
  LinkCandidate,
  LinkDescription,
  MessageId,
  TransferId,
} from "@sotto/protocol";
import type { FileView } from "../api.ts";
import type { Role } from "./group/policy.ts";
import type { FileWord } from "../ports/fileLinks.ts";
import type { LinkChannel, LinkFailure, LinkOptions, LinkVia } from "../ports/direct.ts";
import type { ServerAnswer, ServerRequest, Unreachable } from "../ports/server.ts";
import type { StoreWrite } from "../ports/store.ts";

/** An operation of the MLS engine port, as data. Device identity and key-package bundles are held by the engine's state. */
export type MlsOperation =
  | { readonly op: "keyPackages"; readonly suite: SuiteId; readonly count: number }
  | { readonly op: "inspectKeyPackage"; readonly keyPackage: Uint8Array }
  | {
      readonly op: "create";
      readonly group: GroupId;
      readonly suite: SuiteId;
      readonly appData?: Uint8Array;
    }
  | { readonly op: "load"; readonly parts: ReadonlyMap<string, Uint8Array> }
  | { readonly op: "commit"; readonly group: MlsGroup; readonly intent: CommitIntent }
  | { readonly op: "leave"; readonly group: MlsGroup; readonly authenticatedData: Uint8Array }
  | { readonly op: "adopt"; readonly group: MlsGroup; readonly pending: Uint8Array }
  | {
      readonly op: "process";
      readonly group: MlsGroup;
      readonly handshake: Uint8Array;
      readonly authenticatedData: Uint8Array;
      readonly psks?: readonly KnownPsk[];
    }
  | { readonly op: "welcomeRefs"; readonly welcome: Uint8Array }
  | {
      readonly op: "join";
      readonly welcome: Uint8Array;
      readonly bundles: readonly KeyPackageBundle[];
      readonly psks?: readonly KnownPsk[];
    }
  | { readonly op: "groupInfo"; readonly group: MlsGroup; readonly joinerInfo: Uint8Array }
  | { readonly op: "inspectGroupInfo"; readonly groupInfo: Uint8Array }
  | { readonly op: "joinExternal"; readonly groupInfo: Uint8Array; readonly intent: ExternalIntent }
  | { readonly op: "adoptExternal"; readonly pending: Uint8Array }
  | { readonly op: "encrypt"; readonly group: MlsGroup; readonly messages: readonly Outgoing[] }
  | { readonly op: "decrypt"; readonly group: MlsGroup; readonly ciphertexts: readonly Uint8Array[] }
  | { readonly op: "forgetPast"; readonly group: MlsGroup }
  | {
      readonly op: "exportSecret";
      readonly group: MlsGroup;
      readonly label: string;
      readonly context: Uint8Array;
      readonly length: number;
    }
  | { readonly op: "epochAuthenticator"; readonly group: MlsGroup }
  /** Checks the account key's signature over an encoded signed device list; `invalid` otherwise. */
  | { readonly op: "verifyDeviceList"; readonly signed: Uint8Array };

/** What each operation completes with; `failed` carries the code of an `MlsInputError`. */
export interface MlsOutputs {
  readonly keyPackages: readonly KeyPackageBundle[];
  readonly inspectKeyPackage: Member & { readonly suite: SuiteId };
  readonly create: { readonly group: MlsGroup; readonly delta: GroupDelta };
  readonly load: MlsGroup;
  readonly commit: CommitResult;
  readonly leave: {
    readonly group: MlsGroup;
    readonly delta: GroupDelta;
    readonly handshake: Uint8Array;
    readonly pending: Uint8Array;
  };
  readonly adopt: { readonly group: MlsGroup; readonly delta: GroupDelta; readonly change: EpochChange };
  readonly process: HandshakeOutcome;
  readonly welcomeRefs: readonly string[];
  readonly join: JoinResult;
  readonly groupInfo: Uint8Array;
  readonly inspectGroupInfo: InspectedGroupInfo;
  readonly joinExternal: ExternalCommit;
  readonly adoptExternal: {
    readonly group: MlsGroup;
    readonly delta: GroupDelta;
    readonly change: EpochChange;
  };
  readonly encrypt: {
    readonly group: MlsGroup;
    readonly delta: GroupDelta;
    readonly ciphertexts: readonly Uint8Array[];
  };
  readonly decrypt: {
    readonly group: MlsGroup;
    readonly delta: GroupDelta;
    readonly results: readonly Decrypted[];
  };
  readonly forgetPast: { readonly group: MlsGroup; readonly delta: GroupDelta };
  readonly exportSecret: Uint8Array;
  readonly epochAuthenticator: Uint8Array;
  readonly verifyDeviceList: DeviceList;
}

export type MlsCompletion =
  | { readonly ok: true; readonly output: MlsOutputs[keyof MlsOutputs] }
  | { readonly ok: false; readonly code: string; readonly message: string };

export type TimerName =
  | "connect"
  | "heartbeat"
  | "retry"
  | "sent"
  | "receipts"
  | "maintenance"
  | "links"
  | "wishes";

/** What a runtime does with a connection to another device: see ports/direct.ts. */
export type LinkAction =
  | { readonly do: "open"; readonly options: LinkOptions }
  | { readonly do: "offer"; readonly restart: boolean }
  | { readonly do: "accept"; readonly description: LinkDescription }
  | { readonly do: "addCandidates"; readonly candidates: readonly LinkCandidate[] }
  | { readonly do: "send"; readonly channel: LinkChannel; readonly frame: Uint8Array }
  | { readonly do: "close" };

/** What happens on one. */
export type LinkHappening =
  | { readonly kind: "description"; readonly description: LinkDescription }
  | { readonly kind: "candidate"; readonly candidate: LinkCandidate }
  | { readonly kind: "open"; readonly via: LinkVia }
  | { readonly kind: "steady"; readonly steady: boolean; readonly via: LinkVia }
  /** On the channel of messages. */
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  /** Frames have come on the channel of files: the other side is there. Not told of each (see ports/fileLinks.ts). */
  | { readonly kind: "heard" }
  /** The other side has broken the rules of the channel of files. */
  | { readonly kind: "misused" }
  | { readonly kind: "closed"; readonly failure: LinkFailure };

/** What a runtime does for the engine. Those with a ticket are answered by the event of the same name. */
export type Effect =
  | { readonly type: "mls"; readonly ticket: number; readonly operation: MlsOperation }
  | { readonly type: "store"; readonly ticket: number; readonly writes: readonly StoreWrite[] }
  /** Read records of one table, as they are now. */
  | {
      readonly type: "read";
      readonly ticket: number;
      readonly table: string;
      readonly keys: readonly string[];
    }
  | { readonly type: "request"; readonly ticket: number; readonly request: ServerRequest }
  /** Open a socket. Answered by `connected` or `disconnected` of the same connection number. */
  | { readonly type: "connect"; readonly connection: number }
  | { readonly type: "disconnect"; readonly connection: number }
  /** A frame on the open socket. */
  | { readonly type: "send"; readonly connection: number; readonly frame: Uint8Array }
  /** The connection of this number; the first action is `open`, and nothing follows `close`. */
  | { readonly type: "link"; readonly link: number; readonly action: LinkAction }
  /** What a receipt of the other account says of a file, or that an own receipt has got away (FIL-19). After it is stored. */
  | {
      readonly type: "fileReceipt";
      readonly conversation: ConversationId;
      readonly transfer: TransferId;
      readonly word: FileWord;
    }
  /** Sets or replaces the timer of that name. */
  | { readonly type: "timer"; readonly name: TimerName; readonly atMs: number }
  | { readonly type: "cancelTimer"; readonly name: TimerName }
  /** For the application. */
  | { readonly type: "emit"; readonly event: ClientEvent }
  /** The command of this number is done. */
  | { readonly type: "done"; readonly command: number; readonly result: CommandResult };

export type EngineEvent =
  | { readonly type: "command"; readonly command: number; readonly request: Command }
  | { readonly type: "mls"; readonly ticket: number; readonly completion: MlsCompletion }
  | { readonly type: "store"; readonly ticket: number; readonly ok: boolean; readonly message?: string }
  /** The values in the order of the keys; `undefined` in their place when the store could not be read. */
  | { readonly type: "read"; readonly ticket: number; readonly values: ReadValues | undefined }
  | { readonly type: "request"; readonly ticket: number; readonly answer: ServerAnswer }
  | { readonly type: "connected"; readonly connection: number }
  | {
      readonly type: "disconnected";
      readonly connection: number;
      readonly closeCode?: number;
      readonly reason?: Unreachable;
    }
  | { readonly type: "frame"; readonly connection: number; readonly frame: Uint8Array }
  | { readonly type: "link"; readonly link: number; readonly happening: LinkHappening }
  | { readonly type: "timer"; readonly name: TimerName };

export type ReadValues = readonly (Uint8Array | undefined)[];

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
      /** A fresh id that the caller has made; the engine makes one without it. */
      readonly id?: ConversationId;
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
  /** Groups carry texts alone. */
  | "filesInGroup"
  /** The own role does not let one. */
  | "notAllowed"
  | "groupFull"
  | "alreadyMember"
  | "notMember"
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
 * members', and is told the right ones.
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
