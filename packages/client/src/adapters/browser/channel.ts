/**
 * What the pages and workers of one origin say to each other. One worker leads: it holds the Web Lock, has the store open and runs the device. The
 * pages of all tabs call it, its own by `postMessage`, the others over a `BroadcastChannel`; it answers each call once and tells all of them what
 * changes. Everything is plain data that structured cloning takes. Of keys only one that a user enters for a conversation travels, and passwords only from a page to its own worker.
 */
import type { AccountId, ConversationId, MessageId, TransferId } from "@sotto/protocol";
import type {
  Contact,
  Conversation,
  CreatedRoom,
  FileContent,
  FileToSend,
  FileView,
  ImportSummary,
  Invitation,
  InvitationOptions,
  NewRoom,
  RoomEntry,
  OwnProfile,
  Person,
  ProfileChange,
  SignInOptions,
  SignInStep,
  Sotto,
  SottoErrorCode,
} from "../../api.ts";
import type {
  ClientEvent,
  ConnectionState,
  MessageState,
  PathMode,
  Role,
  StoredMessage,
} from "../../index.ts";

/** Raised when the messages or the form of the store change: of two tabs that an update has set apart, the newer one goes on and the older one asks to be reloaded. */
export const TABS_VERSION = 7;

/** One page and its worker; made anew whenever a page is loaded. */
export type TabId = string;
/** Owner number of the leader's store: of two that think they lead, the greater one does. */
export type Term = number;

/** What a page may ask of whoever leads. A call whose leader has gone is made again: see {@link ToLeader}. */
export interface Calls {
  addContact(userName: string, text: string | undefined, id: MessageId): Contact;
  acceptContact(userName: string): void;
  declineContact(userName: string): void;
  removeContact(userName: string): void;
  blockContact(userName: string): void;
  safetyNumber(userName: string): string;
  setPresenceHidden(hidden: boolean): void;
  setProfile(change: ProfileChange): void;
  bio(account: AccountId): string;
  profilePicture(account: AccountId): Uint8Array | undefined;

  markRead(conversation: ConversationId): void;
  renewKeys(conversation: ConversationId): void;
  setPath(conversation: ConversationId, path: PathMode | null): void;
  setDefaultPath(path: PathMode): void;
  attend(conversation: ConversationId): void;
  setDraft(conversation: ConversationId, text: string): void;
  createGroup(
    name: string,
    userNames: readonly string[],
    options: { readonly id: ConversationId; readonly key?: string },
  ): Conversation;
  setKey(conversation: ConversationId, key: string): void;
  addMembers(conversation: ConversationId, userNames: readonly string[]): void;
  removeMembers(conversation: ConversationId, userNames: readonly string[]): void;
  renameGroup(conversation: ConversationId, name: string): void;
  setRole(conversation: ConversationId, userName: string, role: Role): void;
  leaveGroup(conversation: ConversationId): void;
  createRoom(options: NewRoom & { readonly id: ConversationId }): CreatedRoom;
  joinRoom(entry: RoomEntry): Conversation;
  invitation(conversation: ConversationId): Invitation | null;
  renewInvitation(conversation: ConversationId, options: InvitationOptions): Invitation;
  /** The message's state; those that follow come as events. */
  send(conversation: ConversationId, text: string, options: SendOptions): MessageState;
  messages(
    conversation: ConversationId,
    options: { readonly limit?: number; readonly before?: MessageId },
  ): readonly StoredMessage[];
  findOwn(conversation: ConversationId, id: MessageId): StoredMessage | undefined;

  /** The contents are `Blob`s: they travel as references. Answered with the messages that offer them. */
  sendFiles(
    conversation: ConversationId,
    files: readonly FileToSend[],
    options: SendFilesOptions,
  ): readonly MessageId[];
  fileViews(transfers: readonly TransferId[]): readonly FileView[];
  fetchFile(transfer: TransferId): void;
  pauseFile(transfer: TransferId): void;
  resumeFile(transfer: TransferId): void;
  cancelFile(transfer: TransferId): void;
  removeFile(transfer: TransferId): void;
  /** The content of one leaf goes to a channel of the page's own, before the answer; false: it is behind the last one. */
  readFile(transfer: TransferId, leaf: number, to: LeafChannelName): boolean;
}

export interface SendOptions {
  readonly id: MessageId;
  readonly replyTo?: MessageId;
}

export interface SendFilesOptions {
  readonly id: MessageId;
  readonly text?: string;
}

/** Of a `BroadcastChannel` that the reading page has made for one file: what goes there other tabs neither copy nor keep waiting. */
export type LeafChannelName = string;

export interface LeafMessage {
  readonly leaf: number;
  readonly content: Uint8Array;
}

/** What a page asks of its own worker alone, which takes the lead for it: what needs a password or takes long, and what ends the device. */
export interface OwnCalls {
  register(options: Omit<SignInOptions, "onStep">): void;
  login(options: Omit<SignInOptions, "onStep"> & { readonly move?: boolean }): void;
  changePassword(oldPassword: string, newPassword: string): void;
  /** A `Blob` travels as a reference: the browser keeps its bytes, on the disk when they are many. */
  exportHistory(passphrase: string | undefined): Blob;
  importHistory(file: FileContent, passphrase: string | undefined): ImportSummary;
  logout(everywhere: boolean): void;
  deleteAccount(password: string): void;
  /** Gives the lead away, if it is here, and does not seek it until the next sign-in or `stand`. */
  close(): void;
}

export type CallName = keyof Calls;
export type OwnCallName = keyof OwnCalls;

export type ToLeader =
  /** Answered with `leads`, or `taking`. */
  | { readonly type: "who" }
  /** Answered with `alive` by whoever holds the lock. */
  | { readonly type: "ping" }
  | LeaderCall
  /** A worker asks for the lead. Answered with `yielded` when the device is closed. */
  | { readonly type: "yield" };

/** `again`: another leader was asked before, and may have done it. */
export type LeaderCall = {
  readonly [Name in CallName]: {
    readonly type: "call";
    readonly term: Term;
    readonly call: number;
    readonly again: boolean;
    readonly name: Name;
    readonly args: Parameters<Calls[Name]>;
  };
}[CallName];

export type FromLeader =
  /** Holds the lock, and has not opened the store yet. */
  | { readonly type: "taking" }
  | { readonly type: "alive" }
  /** From now on, or still. */
  | { readonly type: "leads"; readonly term: Term; readonly state: LeaderState }
  | {
      readonly type: "result";
      readonly term: Term;
      readonly to: TabId;
      readonly call: number;
      readonly value: ReturnType<Calls[CallName]>;
    }
  | {
      readonly type: "failure";
      readonly term: Term;
      readonly to: TabId;
      readonly call: number;
      readonly error: ErrorData;
    }
  /** Events in order, and what the device looks like after them; absent: as before. */
  | {
      readonly type: "changed";
      readonly term: Term;
      readonly events: readonly ClientEvent[];
      readonly view: DeviceView | undefined;
    }
  | { readonly type: "yielded"; readonly to: TabId };

export type LeaderState =
  | { readonly kind: "signedOut" }
  /** `fresh`: somebody has just signed in. */
  | { readonly kind: "open"; readonly fresh: boolean; readonly device: OpenedDevice };

/** On the channel that all tabs hear. */
export interface Envelope {
  readonly version: number;
  readonly tab: TabId;
  readonly message: ToLeader | FromLeader;
}

/** From a page to its own worker. */
export type ToWorker =
  | ToLeader
  | OwnCall
  /** The leader gives no sign of life. */
  | { readonly type: "seize" }
  /** Seek the lead again after `close`. */
  | { readonly type: "stand" };

/** Comes before all others. */
export interface FirstToWorker {
  readonly type: "first";
  /** To the page's connections to other devices, where its browser can make them. */
  readonly links: MessagePort | undefined;
}

export type OwnCall = {
  readonly [Name in OwnCallName]: {
    readonly type: "own";
    readonly call: number;
    readonly name: Name;
    readonly args: Parameters<OwnCalls[Name]>;
  };
}[OwnCallName];

/** From a worker to its own page. */
export type FromWorker =
  | FromLeader
  | { readonly type: "done"; readonly call: number; readonly value: ReturnType<OwnCalls[OwnCallName]> }
  | { readonly type: "refused"; readonly call: number; readonly error: ErrorData }
  | { readonly type: "step"; readonly call: number; readonly step: SignInStep }
  /** It has led and does so no more; somebody else may. */
  | { readonly type: "resigned" }
  /** The device cannot be run here, or a fault has ended it. The worker seeks the lead no more. */
  | { readonly type: "failed"; readonly error: ErrorData };

/** What stays the same while a device is open, and what it looks like. */
export interface OpenedDevice extends Pick<Sotto, "account" | "userName" | "device" | "server"> {
  readonly view: DeviceView;
}

/** What a page reads without asking. */
export interface DeviceView {
  readonly connection: ConnectionState;
  readonly presenceHidden: boolean;
  readonly ownProfile: OwnProfile;
  readonly defaultPath: PathMode;
  readonly people: readonly Person[];
  readonly contacts: readonly Contact[];
  readonly conversations: readonly Conversation[];
}

/** A `SottoError` as data: code and sentence, never its cause. */
export interface ErrorData {
  readonly code: SottoErrorCode;
  readonly message: string;
}

/** One end of a channel: a worker, its global scope, or a port in tests. Messages arrive in the order in which they were posted. */
export interface Channel<In, Out> {
  post(message: Out): void;
  listen(onMessage: (message: In) => void): void;
}

/** The hall as one tab's page or worker uses it. */
export type Hall = Channel<Envelope, Envelope>;
