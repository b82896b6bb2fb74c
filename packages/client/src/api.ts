/**
 * The public face of the SDK. Both clients are built on it; nothing in it is known to only one of them.
 * A signed-in device is a {@link Sotto}; {@link SottoHome} is where devices live before that.
 */
import type {
  AccountId,
  ConversationId,
  DeviceId,
  MessageId,
  PictureManifest,
  TransferId,
} from "@sotto/protocol";
import type {
  ClientEvent,
  CommandProblem,
  ConnectionProblem,
  ConnectionState,
  ContactState,
  LinkView,
  MessageState,
  PathMode,
  StoredMessage,
} from "./engine/contract.ts";
import type { Role } from "./engine/group/policy.ts";

/** How somebody wants to be shown. It proves nothing: the user name stands beside it. */
export interface Face {
  /** At most 64 characters on one line, as PRO-1 leaves it; "": none. */
  readonly displayName: string;
  /** Another picture has another number; 0: none. */
  readonly picture: number;
}

/** The own profile as it is on this device. */
export interface OwnProfile extends Face {
  readonly bio: string;
  /** It has still to be brought to the server. */
  readonly pending: boolean;
}

/** What is left out stays as it is. */
export interface ProfileChange {
  readonly displayName?: string;
  readonly bio?: string;
  /** JPEG or WebP of at most 256 KiB and 1024 pixels a side, whose metadata are removed; null: none. */
  readonly picture?: Uint8Array | null;
}

/** An account that this device has met, and its user name. */
export interface Person {
  readonly account: AccountId;
  readonly userName: string;
}

export interface Contact extends Face {
  readonly account: AccountId;
  readonly userName: string;
  readonly state: ContactState;
  readonly online: boolean;
  readonly conversation: ConversationId;
  /** Account key seen at first contact still in force; false: keys changed and nothing is sent until accepted. */
  readonly pinned: boolean;
}

/** An account in a group. */
export interface GroupMember extends Face {
  readonly account: AccountId;
  /** "" until the server has been asked for it. */
  readonly userName: string;
  readonly mine: boolean;
  readonly role: Role;
  /** An accepted contact of this account. */
  readonly isContact: boolean;
  readonly online: boolean;
}

/** What lets others into a room. Whoever has link and password is in: they are told apart, over different ways. */
export interface Invitation {
  /** 12 characters of Crockford's base32; shown as `abcd-efgh-jkmn`. */
  readonly code: string;
  readonly password: string;
  /** `https://host/#/room/<code>`, with `/<secret>` if it is required: nothing of it reaches the server. */
  readonly link: string;
  readonly linkRequired: boolean;
}

export interface InvitationOptions {
  readonly password?: string;
  /** Without it: as before. */
  readonly linkRequired?: boolean;
}

export interface NewRoom {
  readonly name: string;
  readonly password?: string;
  readonly linkRequired?: boolean;
  /** A fresh id that the caller has made. */
  readonly id?: ConversationId;
}

export interface CreatedRoom {
  readonly conversation: Conversation;
  readonly invitation: Invitation;
}

export type RoomEntry = { readonly password: string } & (
  | { readonly link: string }
  | { readonly code: string }
);

export interface Conversation {
  readonly id: ConversationId;
  readonly kind: "pair" | "group" | "room";
  /** The other's user name for a pair. */
  readonly name: string;
  /** User names, the own among them, as far as they are known. Empty of a group that this device is out of. */
  readonly members: readonly string[];
  /** Of a group: owner, admins, members, each by name. Empty of a pair, and of a group that this device is out of. */
  readonly roster: readonly GroupMember[];
  /** The own role in a group that this device is in. */
  readonly role: Role | undefined;
  /** Changes of the group that have been asked for here and have not come true yet. */
  readonly changing: boolean;
  /** The other's account, of a pair: known also when the other is no contact any more. */
  readonly peer: AccountId | undefined;
  /** Both sides have been in it: not a request without an answer, declined or taken back. True of a group. */
  readonly accepted: boolean;
  readonly unread: number;
  /** Which way its messages go: those of groups by the relay. */
  readonly path: PathMode;
  /** It follows {@link Sotto.defaultPath}. */
  readonly pathIsDefault: boolean;
  /** The direct way, as it is now. */
  readonly link: LinkView;
  /** needsKey: of a group that this device was put into and cannot open before {@link Sotto.groups.setKey}: neither its name is known nor who has done it. */
  readonly state: "pending" | "active" | "ended" | "undecided" | "fork" | "needsKey";
  /** Nobody reads it without a pre-shared key (PSK-3). */
  readonly hasKey: boolean;
  readonly lastMessage: StoredMessage | undefined;
  /** What has been written here and not sent; never empty. It stays on this device, sealed in its store. */
  readonly draft: string | undefined;
  /** When this device last entered a new epoch by its own or another's commit. */
  readonly keysRenewedAtMs: number;
}

/** Follow one message: resolves as soon as it is stored in the outbox. */
export interface SendHandle {
  readonly id: MessageId;
  readonly conversation: ConversationId;
  /** Yields each state once, in order, and ends with `read` or `failed`, or when the client closes. Of a message of a group that is not followed to its end (MSG-10) no further state comes. */
  states(): AsyncIterableIterator<MessageState>;
  /** Resolves when the state (or a later one) is reached; rejects with {@link SottoError} `sendFailed` on failure. */
  reached(state: MessageState): Promise<void>;
}

/** Bytes where they lie: a `Blob` or `File`, of which only parts are in memory at a time. */
export interface FileContent {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start` up to `end` or to the last. */
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A file to be sent. In a browser `content` is a `File`. */
export interface FileToSend {
  readonly content: FileContent;
  /** Folders, if it comes with any, and last its name. Names are made safe (FIL-9) before they are sent. */
  readonly path: readonly string[];
  /** As RFC 6838; anything else becomes application/octet-stream. */
  readonly mediaType: string;
  readonly modifiedAtMs: number | null;
  /** Placeholder and thumbnail of a picture, if the caller can draw; width and height are found without it. */
  readonly preview?: Pick<PictureManifest, "placeholder" | "thumbnail">;
  /** A picture goes as it is, with all that its file tells: place, camera, time. */
  readonly asIs?: boolean;
}

/**
 * preparing: of an own one, before its message · offered: the other's, not asked for · waiting: for a way, or for the other side · moving · paused: by
 * one of both · done: all of it is here, or with the other side · failed, cancelled: for good · removed: its bytes are not on this device any more.
 */
export type FileState =
  | "preparing"
  | "offered"
  | "waiting"
  | "moving"
  | "paused"
  | "done"
  | "failed"
  | "cancelled"
  | "removed";

/**
 * Why a file does not move (waiting, paused) or never will (failed, cancelled). peerOffline: nobody to send to or take from, and the relay has none of it ·
 * noWay: direct only, or too large for the relay, and there is no link · relayFull: the server has no room for it now · uploaded: own, all of it is at
 * the relay · byPeer: paused or cancelled by the other side · changed: the source became another while it was read · diskFull · invalid: what came is not
 * what was signed · unknown: the sender has it no more · expired: the relay has it no more · lost: own, the relay has dropped it again and again, before its time, and the other
 * side has not said that it has it · failed: disk or system.
 */
export type FileReason =
  | "peerOffline"
  | "noWay"
  | "relayFull"
  | "uploaded"
  | "byPeer"
  | "changed"
  | "diskFull"
  | "invalid"
  | "unknown"
  | "expired"
  | "lost"
  | "failed";

/** One file on its way, or before or after it. */
export interface FileView {
  readonly transfer: TransferId;
  readonly conversation: ConversationId;
  /** null while it is being prepared. */
  readonly message: MessageId | null;
  readonly mine: boolean;
  readonly name: string;
  readonly state: FileState;
  readonly reason: FileReason | null;
  /** Of the content: prepared, taken in, or known to be with the other side or the relay. */
  readonly bytes: number;
  readonly total: number;
  /** The way of the last bytes. */
  readonly path: "direct" | "relay" | null;
  /** Over the last seconds; 0 unless it is preparing or moving. */
  readonly bytesPerSecond: number;
}

/** What an import has found and done. */
export interface ImportSummary {
  /** Conversations and messages in the archive. */
  readonly conversations: number;
  readonly messages: number;
  /** Messages that were not here before. */
  readonly added: number;
}

/** Codes of {@link SottoError} beyond those of the engine's commands and connection problems. */
export type SottoErrorCode =
  | CommandProblem
  | ConnectionProblem
  | "badProfile"
  | "badPicture"
  | "wrongCredentials"
  | "userNameTaken"
  | "registrationClosed"
  | "weakPassword"
  | "otherDevice"
  | "storeLocked"
  | "storeDamaged"
  | "storeNewer"
  | "storeWrongKey"
  | "storeMissing"
  | "accountExists"
  /** Of no room of this server. */
  | "badRoomLink"
  | "archiveForeign"
  | "archiveDamaged"
  | "archiveNewer"
  | "archiveLocked"
  | "fileTooLarge"
  | "fileChanged"
  | "fileUnreadable"
  | "fileMissing"
  | "pictureUnreadable"
  | "diskFull"
  | "cancelled"
  | "sendFailed"
  | "closed"
  | "internal";

/** The one error class of the SDK. `message` is a plain sentence that says what is wrong and what to do. */
export class SottoError extends Error {
  override readonly name = "SottoError";
  readonly code: SottoErrorCode;

  constructor(code: SottoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A signed-in device. */
export interface Sotto {
  readonly account: AccountId;
  readonly userName: string;
  readonly device: DeviceId;
  /** The server's address as given. */
  readonly server: string;
  readonly connection: ConnectionState;
  /** Contacts do not see this account online, and it does not see them. */
  readonly presenceHidden: boolean;
  /** Hides this account's presence from contacts and theirs from it, at once and until it is shown again; the setting moves with the account. */
  setPresenceHidden(hidden: boolean): Promise<void>;

  /** The way of conversations that do not say otherwise; it moves with the account. */
  readonly defaultPath: PathMode;
  setDefaultPath(path: PathMode): Promise<void>;

  readonly profile: {
    readonly own: OwnProfile;
    /** Stored here at once, and brought to contacts and fellow members when the server can be reached. Rejects with `badProfile`, `badPicture`. */
    set(change: ProfileChange): Promise<void>;
    /** What the account says of itself: at most 500 characters, with line breaks. */
    bio(account: AccountId): Promise<string>;
    /** A still JPEG or WebP of at most 1024 pixels a side, the own one too; `undefined` for none. */
    picture(account: AccountId): Promise<Uint8Array | undefined>;
  };
  /** Whoever is or was a contact or in a group with this account, as far as their names are known: those of former members, too. */
  readonly people: readonly Person[];
  readonly contacts: {
    list(): readonly Contact[];
    /**
     * Sends a contact request, optionally with a first message of at most 500 characters. `id` is the message's, made by the caller, so that it can
     * be looked for after a call that was cut off.
     */
    add(userName: string, text?: string, options?: { readonly id?: MessageId }): Promise<Contact>;
    /** Accepts a request; of a contact that is not `pinned` any more: goes on with the key that was known. */
    accept(userName: string): Promise<void>;
    decline(userName: string): Promise<void>;
    remove(userName: string): Promise<void>;
    block(userName: string): Promise<void>;
    /** 60 digits to compare with the contact's. */
    safetyNumber(userName: string): Promise<string>;
  };
  readonly conversations: {
    list(): readonly Conversation[];
    get(id: ConversationId): Conversation | undefined;
    /** The conversation with a contact. */
    withUser(userName: string): Conversation | undefined;
    markRead(id: ConversationId): Promise<void>;
    renewKeys(id: ConversationId): Promise<void>;
    /** null: as the default says. Messages that have not been received yet go the new way, if it lets them. */
    setPath(id: ConversationId, path: PathMode | null): Promise<void>;
    /** Somebody looks at it now: asks for a direct way, and keeps it for some minutes. Call it again while it is looked at. */
    attend(id: ConversationId): Promise<void>;
    /** Keeps what is being written, at most 64 KiB in UTF-8; an empty text drops it. Of calls that overtake each other the last one holds. */
    setDraft(id: ConversationId, text: string): Promise<void>;
  };
  /** Each change resolves when it is stored: it is made when the server can be reached, and again when another comes first. */
  readonly groups: {
    /**
     * With contacts that have accepted. `key`: 64 hexadecimal digits that all of them will have to enter. Rejects with `badName`, `badKey`, `notContact`,
     * `noKeyPackage`, `groupFull`, `offline`.
     */
    create(
      name: string,
      userNames: readonly string[],
      options?: { readonly id?: ConversationId; readonly key?: string },
    ): Promise<Conversation>;
    /** The key of a group in the state `needsKey`. It is entered when the server can be reached. Rejects with `badKey`, `wrongKey`, `keyNotNeeded`. */
    setKey(id: ConversationId, key: string): Promise<void>;
    /** Rejects with `notContact`, `alreadyMember`, `notAllowed`, `groupFull`. */
    add(id: ConversationId, userNames: readonly string[]): Promise<void>;
    /** Rejects with `notMember`, `notAllowed`. */
    remove(id: ConversationId, userNames: readonly string[]): Promise<void>;
    rename(id: ConversationId, name: string): Promise<void>;
    /** `owner` hands the group over. */
    setRole(id: ConversationId, userName: string, role: Role): Promise<void>;
    /** For good, on every device of the account. Rejects with `ownerLeaves` while others are in a group that is one's own. */
    leave(id: ConversationId): Promise<void>;
  };

  /**
   * Groups into which others come by themselves, with an invitation, while everybody else is away. Members are managed by {@link groups}. A room takes
   * others in as soon as the server can be reached.
   */
  readonly rooms: {
    /**
     * A password is made unless one is chosen: of at least 12 characters (`weakPassword`). `linkRequired`: code and password alone let nobody in; true
     * without it. Rejects with `badName`.
     */
    create(options: NewRoom): Promise<CreatedRoom>;
    /**
     * By link, or by code as it was typed. Rejects with `badRoomLink`, `wrongRoomPassword` (for a code that no room has, too, and without a link that is required), `slowDown`, `roomFull`, `roomBusy`
     * (try again), `keysRefused`, `notAllowed`, `offline`: then this device may get in later.
     */
    join(options: RoomEntry): Promise<Conversation>;
    /** How others come in now; null: nobody does until an owner or admin has made a new one, or this device has not been told. */
    invitation(id: ConversationId): Promise<Invitation | null>;
    /** A new code and password; the ones before open nothing any more. Rejects with `notRoom`, `notAllowed`, `weakPassword`. */
    renewInvitation(id: ConversationId, options?: InvitationOptions): Promise<Invitation>;
  };

  readonly messages: {
    /** `id` is a fresh one that the caller has made: see {@link findOwn}. */
    send(
      conversation: ConversationId,
      text: string,
      options?: { readonly replyTo?: MessageId; readonly id?: MessageId },
    ): Promise<SendHandle>;
    /** The own message of that id; `undefined` when none was stored. */
    findOwn(conversation: ConversationId, id: MessageId): Promise<StoredMessage | undefined>;
    /** The last `limit` (50) messages before `before`, oldest first. */
    list(
      conversation: ConversationId,
      options?: { readonly limit?: number; readonly before?: MessageId },
    ): Promise<readonly StoredMessage[]>;
  };

  readonly files: {
    /**
     * Seals a copy of each into this device's shelf, pictures without their metadata, and stores the messages that offer them: one, or more when one
     * has no room, whose ids count up from `id`. Events `file` tell of the copying. Rejects with `fileTooLarge`, `fileChanged`, `fileUnreadable`, `pictureUnreadable` (send it with
     * `asIs`), `diskFull`, `cancelled`, or as a text would; then nothing was sent.
     */
    send(
      conversation: ConversationId,
      files: readonly FileToSend[],
      options?: { readonly text?: string; readonly id?: MessageId },
    ): Promise<readonly SendHandle[]>;
    /** Of files of stored messages, in the order asked; one that is not known is left out. */
    views(transfers: readonly TransferId[]): Promise<readonly FileView[]>;
    /** Asks for a file that is offered, also again after it failed or was removed, and resumes one that is paused here. */
    fetch(transfer: TransferId): Promise<void>;
    pause(transfer: TransferId): Promise<void>;
    resume(transfer: TransferId): Promise<void>;
    /** For good, for both sides; what is here of it goes. */
    cancel(transfer: TransferId): Promise<void>;
    /** Removes this device's copy. An own one that the other side does not have yet is thereby cancelled. */
    remove(transfer: TransferId): Promise<void>;
    /** The content of one that is here, leaf by leaf (1 MiB), from leaf `from` (0) on; none behind the last. Rejects with `fileMissing` while not all of it is. */
    content(transfer: TransferId, options?: { readonly from?: number }): AsyncIterableIterator<Uint8Array>;
  };

  readonly history: {
    /**
     * Every message that is stored here, as an open archive (docs/protocol/archive.md) in chunks of some 64 KiB: readable by whoever has it, or
     * sealed under the passphrase.
     */
    export(options?: { readonly passphrase?: string }): AsyncIterableIterator<Uint8Array>;
    /**
     * Takes the messages of an archive of this account: each appears once, in its place, and none is sent. An archive that is another
     * account's, damaged or cut off is refused whole. In a browser the file is a `Blob`.
     */
    import(file: FileContent, options?: { readonly passphrase?: string }): Promise<ImportSummary>;
    /** Whether the file is an archive that opens with a passphrase. */
    isSealed(file: FileContent): Promise<boolean>;
  };

  /** Everything that happens from now on, for one consumer; ends when the client closes. */
  events(): AsyncIterableIterator<ClientEvent>;
  /** Calls the listener until the returned function is called. */
  on(listener: (event: ClientEvent) => void): () => void;

  changePassword(oldPassword: string, newPassword: string): Promise<void>;
  /** Ends this session (or all) and removes this device's data. */
  logout(options?: { readonly everywhere?: boolean }): Promise<void>;
  deleteAccount(password: string): Promise<void>;
  /** Stores everything, closes the socket and the store. The account stays signed in on this device. */
  close(): Promise<void>;
}

/** Progress of what takes longer than a blink, for a view. */
export type SignInStep = "checkingName" | "makingKeys" | "provingPassword" | "storing" | "connecting";

export interface SignInOptions {
  readonly server: string;
  readonly userName: string;
  readonly password: string;
  readonly onStep?: (step: SignInStep) => void;
}

/** Where devices live on a platform: a folder in Node, an origin's storage in a browser. */
export interface SottoHome {
  /** Makes the account and this first device, and opens it. */
  register(options: SignInOptions): Promise<Sotto>;
  /**
   * Signs in here. When the account has another device, rejects with `otherDevice` unless `move` is true: then that device is revoked and
   * this one takes its place, with contacts but without earlier messages.
   */
  login(options: SignInOptions & { readonly move?: boolean }): Promise<Sotto>;
  /** Opens the device that is signed in here; rejects with `storeMissing` if there is none. */
  open(): Promise<Sotto>;
  /** True when {@link open} will find one. */
  exists(): Promise<boolean>;
}
