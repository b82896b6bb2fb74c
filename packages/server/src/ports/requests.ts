/**
 * Everything that reads or changes the store, as a closed union of plain data that survives a structured clone. Each request is judged by
 * one rule of the engine inside the transaction that stores what it causes; {@link RequestValues} says what an accepted one answers.
 *
 * A request made for somebody names the session, and the rule authorises it in the same transaction (ACC-9): a caller may ask
 * {@link AuthenticateRequest} first to answer early, but nothing depends on it.
 */
import type {
  AccountId,
  BlobId,
  DeviceId,
  GroupId,
  HandshakeParts,
  ConversationId,
  GroupKind,
  MailboxId,
  StoreId,
} from "@sotto/protocol";
import type { BlobPlace } from "./records.ts";
import type { Result } from "./result.ts";

/** SHA-256 of a bearer token in lower-case hexadecimal: what is stored of it. */
export type SessionKey = string;

/** Vault as stored: all sealed by the client. */
export interface VaultParts {
  /** From 1; a write carries one more than the stored version. */
  readonly version: number;
  readonly sealed: Uint8Array;
  readonly wrapExport: Uint8Array;
  readonly wrapRecovery: Uint8Array | null;
}

export interface KeyPackageUpload {
  readonly packages: readonly Uint8Array[];
  /** Replaces the last-resort package; null: no change. */
  readonly lastResort: Uint8Array | null;
}

// ---- Accounts ------------------------------------------------------------------------------------------------------------------

/** The store's incarnation. */
export interface InfoRequest {
  readonly type: "info";
}

/** Who a session is. Refused: unauthorised. */
export interface AuthenticateRequest {
  readonly type: "authenticate";
  readonly session: SessionKey;
}

export interface SessionInfo {
  readonly account: AccountId;
  readonly userName: string;
  /** Null until the session is bound. */
  readonly device: DeviceId | null;
  /** The login is at most five minutes old (ACC-10). */
  readonly recent: boolean;
}

/** Makes an account, its first device and a session bound to it (ACC-1). Refused: registrationClosed, badUserName, userNameTaken, badRequest, conflict. */
export interface RegisterRequest {
  readonly type: "register";
  readonly userName: string;
  /** OPAQUE registration record as the library prints it. */
  readonly registrationRecord: string;
  readonly account: AccountId;
  /** Encoded signed device list, version 1. */
  readonly deviceList: Uint8Array;
  readonly sealedAccountKey: Uint8Array;
  readonly vault: VaultParts;
  readonly keyPackages: KeyPackageUpload;
  /** Of the token that the caller made. */
  readonly session: SessionKey;
}

/** The OPAQUE record of a user name, null for an unknown one: the library then answers from a fake record. Never refused. */
export interface LoginRecordRequest {
  readonly type: "loginRecord";
  readonly userName: string;
}

/** Opens a session without a device after a successful OPAQUE login (ACC-8). Refused: wrongCredentials when the record is no longer the account's. */
export interface OpenSessionRequest {
  readonly type: "openSession";
  readonly userName: string;
  /** The record that the login was computed with. */
  readonly registrationRecord: string;
  readonly session: SessionKey;
}

export interface AccountKeys {
  readonly account: AccountId;
  readonly deviceList: Uint8Array;
  readonly sealedAccountKey: Uint8Array;
  readonly vault: VaultParts;
}

/** Binds the session to a listed device (ACC-11). The rule verifies the proof. Refused: unauthorised, noDevice, forbidden (wrong proof), conflict (bound to another). */
export interface BindDeviceRequest {
  readonly type: "bindDevice";
  readonly session: SessionKey;
  readonly device: DeviceId;
  /** Ed25519 signature of the leaf key over `labelled(LABELS.sessionDevice, SHA-256 of the token)`. */
  readonly proof: Uint8Array;
}

/** Ends this session, or all of the account (ACC-12). */
export interface LogoutRequest {
  readonly type: "logout";
  readonly session: SessionKey;
  readonly everywhere: boolean;
}

/** New password: record, sealed account key and vault in one step; every session ends and `newSession` takes this one's place (ACC-13). Refused: recentLoginNeeded, conflict. */
export interface ChangePasswordRequest {
  readonly type: "changePassword";
  readonly session: SessionKey;
  readonly registrationRecord: string;
  readonly sealedAccountKey: Uint8Array;
  readonly vault: VaultParts;
  readonly newSession: SessionKey;
}

/** Removes everything of the account (ACC-14). `userName` must be its own: a guard against slips. Refused: recentLoginNeeded, badRequest. */
export interface DeleteAccountRequest {
  readonly type: "deleteAccount";
  readonly session: SessionKey;
  readonly userName: string;
}

/** Replaces the device list by its successor (ACC-5). Refused: recentLoginNeeded, slowDown, conflict (not the successor), badRequest, noDevice. */
export interface PutDeviceListRequest {
  readonly type: "putDeviceList";
  readonly session: SessionKey;
  readonly deviceList: Uint8Array;
  /** The caller's device in the new list; a session without a device is bound to it when it is newly listed. */
  readonly device: DeviceId;
  readonly keyPackages: KeyPackageUpload;
  readonly vault: VaultParts | null;
}

/** Refused: userUnknown. */
export interface AccountByNameRequest {
  readonly type: "accountByName";
  readonly session: SessionKey;
  readonly userName: string;
}

/** Refused: userUnknown. */
export interface AccountByIdRequest {
  readonly type: "accountById";
  readonly session: SessionKey;
  readonly account: AccountId;
}

export interface AccountView {
  readonly account: AccountId;
  readonly deviceList: Uint8Array;
}

/** Refused: tooLarge when the device would keep more than the limit. */
export interface PutKeyPackagesRequest {
  readonly type: "putKeyPackages";
  readonly session: SessionKey;
  readonly keyPackages: KeyPackageUpload;
}

/** One package per reachable device of the account (ACC-16). Refused: slowDown, userUnknown, noKeyPackage. */
export interface ClaimKeyPackagesRequest {
  readonly type: "claimKeyPackages";
  readonly session: SessionKey;
  readonly account: AccountId;
}

export interface ClaimedKeyPackage {
  readonly device: DeviceId;
  readonly keyPackage: Uint8Array;
}

export interface GetVaultRequest {
  readonly type: "getVault";
  readonly session: SessionKey;
}

/** Refused: conflict. */
export interface PutVaultRequest {
  readonly type: "putVault";
  readonly session: SessionKey;
  readonly vault: VaultParts;
}

/** Profile as stored: sealed by the client (PRO-2). */
export interface ProfileParts {
  readonly version: number;
  readonly sealed: Uint8Array;
}

/** Refused: badRequest for another size than those of profiles, conflict unless the version is above the stored one's, slowDown. */
export interface PutProfileRequest {
  readonly type: "putProfile";
  readonly session: SessionKey;
  readonly profile: ProfileParts;
}

/** Refused: notFound for an account without a profile, or with which this one has neither an open pair nor a group (PRO-5), slowDown. */
export interface GetProfileRequest {
  readonly type: "getProfile";
  readonly session: SessionKey;
  readonly account: AccountId;
}

/** A payload that was delivered by reference, while a row of the device's mailbox points to it (RLY-14). Refused: notFound. */
export interface BodyRequest {
  readonly type: "body";
  readonly session: SessionKey;
  /** SHA-256 of the payload. */
  readonly hash: Uint8Array;
}

/** The delivery list of a group that the device's mailbox is on (RLY-25). Refused: slowDown, notMember. */
export interface GroupMailboxesRequest {
  readonly type: "groupMailboxes";
  readonly session: SessionKey;
  readonly group: GroupId;
}

/** 12 characters of Crockford's base32 in lower case. */
export type RoomCode = string;

/** The OPAQUE record of a room's code, null for an unknown one, as {@link LoginRecordRequest}. */
export interface RoomRecordRequest {
  readonly type: "roomRecord";
  readonly session: SessionKey;
  readonly code: RoomCode;
}

/** After a successful OPAQUE login (ROOM-5). Refused: wrongCredentials when the record is no longer the room's. */
export interface OpenRoomRequest {
  readonly type: "openRoom";
  readonly session: SessionKey;
  readonly code: RoomCode;
  /** The record that the login was computed with. */
  readonly registrationRecord: string;
}

/** Refused: notMember, forbidden (no room), staleEpoch (with the handshake that set the door), slowDown, conflict. */
export interface PutRoomRequest {
  readonly type: "putRoom";
  readonly session: SessionKey;
  readonly group: GroupId;
  readonly code: RoomCode;
  readonly registrationRecord: string;
  readonly sealedSecret: Uint8Array;
  /** The handshake that made the join secret. */
  readonly k: number;
}

/** Refused: slowDown, and with one answer for everything else: forbidden. */
export interface GroupInfoRequest {
  readonly type: "groupInfo";
  readonly session: SessionKey;
  readonly group: GroupId;
  readonly door: Uint8Array;
}

/** Refused: slowDown, notMember, forbidden (no room), staleEpoch, conflict. */
export interface PutGroupInfoRequest {
  readonly type: "putGroupInfo";
  readonly session: SessionKey;
  readonly group: GroupId;
  readonly index: number;
  readonly sealed: Uint8Array;
}

/**
 * Makes the place for a file, or finds it made by the same device with the same size and group (BLB-3). Refused: notMember, notAccepted, conflict, forbidden (the group has no other
 * device), badRequest (no padded size), tooLarge, quotaExceeded, unavailable.
 */
export interface CreateBlobRequest {
  readonly type: "createBlob";
  readonly session: SessionKey;
  readonly blob: BlobId;
  readonly group: GroupId;
  readonly sizeBytes: number;
  /** Random; taken if the blob is new. */
  readonly place: BlobPlace;
  /** What the disk has room for. */
  readonly roomBytes: number;
}

/** Refused: notFound (also to those outside the group); to write: forbidden, notAccepted. */
export interface FindBlobRequest {
  readonly type: "findBlob";
  readonly session: SessionKey;
  readonly blob: BlobId;
  readonly use: "read" | "write";
}

export interface BlobView {
  readonly place: BlobPlace;
  readonly sizeBytes: number;
  readonly expiresAtMs: number;
}

/** The device needs the blob no longer; of its maker: nobody shall have it (BLB-6). Also of one that is not there. */
export interface BlobDoneRequest {
  readonly type: "blobDone";
  readonly session: SessionKey;
  readonly blob: BlobId;
}

/** Which of these places belong to no blob. */
export interface UnknownBlobPlacesRequest {
  readonly type: "unknownBlobPlaces";
  readonly places: readonly BlobPlace[];
}

/** Deletes a bounded number of entries, blobs and sessions past their time (RLY-18); `more` asks for another round. */
export interface SweepRequest {
  readonly type: "sweep";
}

// ---- Frames --------------------------------------------------------------------------------------------------------------------

/** Who sends a frame. */
export interface FrameSender {
  readonly session: SessionKey;
  /** The number that hello gave to the connection, or null over HTTP. A number that is no longer the device's newest is refused with `replaced`. */
  readonly connection: number | null;
}

/** Takes the device's connection over (RLY-1). Refused: unauthorised, noDevice. */
export interface HelloRequest {
  readonly type: "hello";
  readonly session: SessionKey;
  readonly storeCounter: number;
}

export interface HelloValue {
  readonly store: StoreId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly mailbox: MailboxId;
  /** Increases with every hello of the device. */
  readonly connection: number;
  readonly highSequence: number;
  /** The highest shown before this hello. */
  readonly storeCounter: number;
  readonly keyPackages: number;
  readonly pairs: readonly PairView[];
}

/** An accepted pair in which the mailbox may see whether `peer` is online. */
export interface PairView {
  readonly group: GroupId;
  readonly peer: AccountId;
}

export interface PostItem {
  readonly index: number;
  readonly ciphertext: Uint8Array;
  readonly resume: boolean;
  readonly storeCounter: number;
}

/**
 * Posts of one device to one group in order (RLY-3, RLY-7). Each has its own result: notMember, staleEpoch, notAccepted, mailboxFull,
 * tooLarge, earlierRefused. Over HTTP a run of one with `earlierRefused: false`.
 */
export interface PostsRequest {
  readonly type: "posts";
  readonly sender: FrameSender;
  readonly group: GroupId;
  /** The last answer in this group on this connection was a refusal. */
  readonly earlierRefused: boolean;
  readonly posts: readonly PostItem[];
}

/** Refused: notMember, staleEpoch, notAccepted, mailboxFull, badRequest, conflict, forbidden, tooLarge, slowDown. */
export interface HandshakeRequest {
  readonly type: "handshake";
  readonly sender: FrameSender;
  readonly group: GroupId;
  readonly index: number;
  readonly parts: HandshakeParts;
}

/** Refused: groupExists, tooManyRequests, quotaExceeded, slowDown, mailboxFull, badRequest, conflict, forbidden, tooLarge. */
export interface CreateGroupRequest {
  readonly type: "createGroup";
  readonly sender: FrameSender;
  readonly group: GroupId;
  readonly conversation: ConversationId;
  readonly kind: GroupKind;
  readonly predecessor: GroupId | null;
  readonly firstMessage: Uint8Array | null;
  readonly parts: HandshakeParts;
}

/** Refused: notMember. */
export interface LeaveRequest {
  readonly type: "leave";
  readonly sender: FrameSender;
  readonly group: GroupId;
}

export interface AckRequest {
  readonly type: "ack";
  readonly sender: FrameSender;
  readonly sequence: number;
  readonly storeCounter: number;
}

/** The entries after a sequence, in order, at least one if there is any, then as many as fit both bounds. */
export interface ReadMailboxRequest {
  readonly type: "readMailbox";
  readonly sender: FrameSender;
  readonly after: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
}

export interface ReadMailboxValue {
  readonly entries: readonly StoredEntry[];
  /** The mailbox held more after the last one. */
  readonly more: boolean;
}

/** One entry of a mailbox. */
export interface StoredEntry {
  readonly sequence: number;
  /** The encoded mailbox entry with sequence 0 in its header; stamp the sequence before sending. */
  readonly frame: Uint8Array;
}

export type AccountRequest =
  | InfoRequest
  | AuthenticateRequest
  | RegisterRequest
  | LoginRecordRequest
  | OpenSessionRequest
  | BindDeviceRequest
  | LogoutRequest
  | ChangePasswordRequest
  | DeleteAccountRequest
  | PutDeviceListRequest
  | AccountByNameRequest
  | AccountByIdRequest
  | PutKeyPackagesRequest
  | ClaimKeyPackagesRequest
  | GetVaultRequest
  | PutVaultRequest
  | PutProfileRequest
  | GetProfileRequest
  | BodyRequest
  | GroupMailboxesRequest
  | RoomRecordRequest
  | OpenRoomRequest
  | PutRoomRequest
  | GroupInfoRequest
  | PutGroupInfoRequest
  | CreateBlobRequest
  | FindBlobRequest
  | BlobDoneRequest
  | UnknownBlobPlacesRequest
  | SweepRequest;

/** Requests that client frames cause. */
export type FrameRequest = PostsRequest | HandshakeRequest | CreateGroupRequest | LeaveRequest;

export type StoreRequest = AccountRequest | FrameRequest | HelloRequest | AckRequest | ReadMailboxRequest;

/** Nothing to say but yes. */
export type Done = Readonly<Record<string, never>>;

/** What an accepted request answers, by its type. */
export interface RequestValues {
  readonly info: { readonly store: StoreId };
  readonly authenticate: SessionInfo;
  readonly register: Done;
  readonly loginRecord: { readonly registrationRecord: string | null };
  readonly openSession: AccountKeys;
  readonly bindDevice: Done;
  readonly logout: Done;
  readonly changePassword: Done;
  readonly deleteAccount: Done;
  readonly putDeviceList: Done;
  readonly accountByName: AccountView;
  readonly accountById: AccountView;
  /** Single-use packages that the device has now. */
  readonly putKeyPackages: { readonly count: number };
  readonly claimKeyPackages: { readonly packages: readonly ClaimedKeyPackage[] };
  readonly getVault: VaultParts;
  readonly putVault: { readonly version: number };
  readonly putProfile: Done;
  readonly getProfile: ProfileParts;
  readonly body: { readonly bytes: Uint8Array };
  /** The index is that of the last handshake, of the same moment. */
  readonly groupMailboxes: { readonly index: number; readonly mailboxes: readonly MailboxId[] };
  readonly roomRecord: { readonly registrationRecord: string | null };
  readonly openRoom: { readonly group: GroupId; readonly sealedSecret: Uint8Array };
  readonly putRoom: Done;
  readonly groupInfo: { readonly index: number; readonly sealed: Uint8Array };
  readonly putGroupInfo: Done;
  readonly createBlob: BlobView;
  readonly findBlob: BlobView;
  readonly blobDone: Done;
  readonly unknownBlobPlaces: { readonly places: readonly BlobPlace[] };
  readonly sweep: { readonly deleted: number; readonly more: boolean };
  readonly hello: HelloValue;
  /** One result per post, in order. */
  readonly posts: { readonly results: readonly Result<Done>[] };
  readonly handshake: { readonly index: number };
  readonly createGroup: { readonly index: number };
  readonly leave: Done;
  readonly ack: Done;
  readonly readMailbox: ReadMailboxValue;
}

export type ResultOf<R extends StoreRequest> = Result<RequestValues[R["type"]]>;
/** The result of some request whose type the caller knows from elsewhere. */
export type AnyResult = Result<RequestValues[StoreRequest["type"]]>;
