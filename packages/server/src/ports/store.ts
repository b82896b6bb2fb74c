/**
 * The synchronous store that rules run over. Adapters pass {@link describeStore} (store.contract.ts); the rules never know which one it is.
 * A lookup answers `undefined` for nothing; writes to rows that do not exist are bugs and throw.
 */
import type { AccountId, BlobId, DeviceId, GroupId, MailboxId, StoreId } from "@sotto/protocol";
import type {
  Absentee,
  AccountRecord,
  BlobPlace,
  BlobRecord,
  DeviceRecord,
  EntryBody,
  GroupInfoRecord,
  GroupRecord,
  Recipient,
  RoomRecord,
  SessionRecord,
  Usage,
} from "./records.ts";
import type { ProfileParts, ReadMailboxValue, RoomCode, SessionKey, VaultParts } from "./requests.ts";

export interface Store {
  /**
   * Runs `work` and commits what it wrote so that it survives a crash and a power cut (DB-1). Throws, with nothing kept, if `work` throws
   * or the commit fails. Not reentrant.
   */
  transaction<T>(work: (tx: StoreTx) => T): T;
  /** Releases files. A memory store keeps its contents. */
  close(): void;
}

export interface StoreTx
  extends
    AccountTable,
    SessionTable,
    DeviceTable,
    KeyPackageTable,
    GroupTable,
    RoomTable,
    MailboxTable,
    BlobTable {
  /** Random, made with the store. */
  readonly storeId: StoreId;
  /** Runs `work`; undoes its writes when it throws or when `keep` says no to what it returned (DB-2). */
  attempt<T>(work: () => T, keep: (value: T) => boolean): T;
}

export interface AccountTable {
  accountById(account: AccountId): AccountRecord | undefined;
  accountByName(userName: string): AccountRecord | undefined;
  insertAccount(record: AccountRecord, vault: VaultParts): void;
  /** Replaces all but id, name and time of creation. */
  updateAccount(record: AccountRecord): void;
  /** With its vault and profile. Sessions, devices and blobs are deleted before. */
  deleteAccount(account: AccountId): void;
  vault(account: AccountId): VaultParts;
  putVault(account: AccountId, vault: VaultParts): void;
  profile(account: AccountId): ProfileParts | undefined;
  /** Of an account that exists; replaces the one before. */
  putProfile(account: AccountId, profile: ProfileParts): void;
}

export interface SessionTable {
  session(session: SessionKey): SessionRecord | undefined;
  sessionsOf(account: AccountId): readonly SessionRecord[];
  insertSession(record: SessionRecord): void;
  updateSession(record: SessionRecord): void;
  deleteSession(session: SessionKey): void;
  /** At most `limit` sessions last seen before the time are deleted; their number. */
  deleteSessionsSeenBefore(timeMs: number, limit: number): number;
}

export interface DeviceTable {
  device(device: DeviceId): DeviceRecord | undefined;
  deviceByMailbox(mailbox: MailboxId): DeviceRecord | undefined;
  /** In the order in which they were inserted. */
  devicesOf(account: AccountId): readonly DeviceRecord[];
  insertDevice(record: DeviceRecord): void;
  /** Replaces connection, store counter and acked. */
  updateDevice(record: DeviceRecord): void;
  /** With its key packages and its mailbox; it is on no delivery list any more. */
  deleteDevice(device: DeviceId): void;
}

export interface KeyPackageTable {
  insertKeyPackages(device: DeviceId, packages: readonly Uint8Array[]): void;
  /** Deletes and returns the oldest single-use package. */
  takeKeyPackage(device: DeviceId): Uint8Array | undefined;
  countKeyPackages(device: DeviceId): number;
  lastResort(device: DeviceId): Uint8Array | undefined;
  putLastResort(device: DeviceId, keyPackage: Uint8Array): void;
}

export interface GroupTable {
  group(group: GroupId): GroupRecord | undefined;
  insertGroup(record: GroupRecord): void;
  /** Replaces state, index, last handshake and door. */
  updateGroup(record: GroupRecord): void;
  /** With its group info and its room record; its delivery list is empty, and it has no blobs. */
  deleteGroup(group: GroupId): void;
  groupInfo(group: GroupId): GroupInfoRecord | undefined;
  /** Replaces the one before. */
  putGroupInfo(group: GroupId, info: GroupInfoRecord): void;
  countPending(creator: AccountId): number;
  /** Groups and rooms, not pairs, whoever is in them. */
  countCreated(creator: AccountId): number;
  /** Whether the two have an open pair of which neither has left: each has a mailbox on its list, or an absent one. */
  hasOpenPair(account: AccountId, other: AccountId): boolean;
  /** Whether both have a mailbox on the list of one group or room, that is no pair. */
  sharesGroup(account: AccountId, other: AccountId): boolean;
  /** The delivery list in the order of joining. */
  recipients(group: GroupId): readonly Recipient[];
  addMember(group: GroupId, mailbox: MailboxId): void;
  removeMember(group: GroupId, mailbox: MailboxId): void;
  /** Of a mailbox on the list, which begins with false. */
  setMissed(group: GroupId, mailbox: MailboxId, missed: boolean): void;
  /** Those that were added and not dropped since, in any order; gone with their group and their account. */
  absentees(group: GroupId): readonly Absentee[];
  /** Of a group and an account that exist; one that is there stays. */
  addAbsentee(group: GroupId, absentee: Absentee): void;
  dropAbsentee(group: GroupId, mailbox: MailboxId): void;
  groupsOf(mailbox: MailboxId): readonly GroupRecord[];
  /** Mailboxes that are on a list together with one of the account, its own included if they are on any; each once. */
  neighboursOf(account: AccountId): readonly MailboxId[];
}

export interface RoomTable {
  roomByCode(code: RoomCode): RoomRecord | undefined;
  roomOf(group: GroupId): RoomRecord | undefined;
  /** In the place of the group's one. The code is the group's own, or one that none has had. */
  putRoom(record: RoomRecord): void;
  /** Of a group that has one or not. */
  dropRoom(group: GroupId): void;
  /** Whether a group has the code or ever had it, though both may be gone. */
  isUsedRoomCode(code: RoomCode): boolean;
}

export interface MailboxTable {
  /**
   * Stores the body once, and its entries for each mailbox: the sequence of the first one per mailbox, in order. The entries of a mailbox follow
   * each other without a gap, and all are above every sequence ever given out (DB-3).
   */
  deliver(body: EntryBody, to: readonly MailboxId[], nowMs: number): readonly number[];
  readEntries(mailbox: MailboxId, after: number, maxEntries: number, maxBytes: number): ReadMailboxValue;
  /** Deletes the mailbox's entries up to the sequence, and bodies that no entry points to any more (DB-4). */
  deleteEntriesThrough(mailbox: MailboxId, sequence: number): void;
  /**
   * Deletes entries stored before the time, the oldest of all mailboxes first: at least `limit` if there are as many, and then no more than were
   * delivered together with them. Their number.
   */
  deleteEntriesBefore(timeMs: number, limit: number): number;
  /** What waits in the mailbox of a device. */
  usage(mailbox: MailboxId): Usage;
  /** Highest sequence that waits in the mailbox, or 0. */
  highSequence(mailbox: MailboxId): number;
  /** The payload of that hash, if an entry of the mailbox points to it. */
  payload(mailbox: MailboxId, hash: Uint8Array): Uint8Array | undefined;
}

export interface BlobTable {
  blob(blob: BlobId): BlobRecord | undefined;
  /** `readers` are waited for, each once; at least one. */
  insertBlob(record: BlobRecord, readers: readonly MailboxId[]): void;
  /** With what is left of its readers. */
  deleteBlob(blob: BlobId): void;
  /** Of a mailbox that is waited for or not; how many still are. */
  removeBlobReader(blob: BlobId, mailbox: MailboxId): number;
  /** Of all blobs of a group at once; those for which nobody is waited any more, because of this. */
  removeGroupReader(group: GroupId, mailbox: MailboxId): readonly BlobRecord[];
  /** In the order of their names, as are all lists here. */
  blobsOfGroup(group: GroupId): readonly BlobRecord[];
  blobsOfAccount(account: AccountId): readonly BlobRecord[];
  /** At most `limit` of those whose time was over at `timeMs`. */
  blobsExpiredAt(timeMs: number, limit: number): readonly BlobRecord[];
  hasBlobPlace(place: BlobPlace): boolean;
  /** Number and sizes of the account's blobs. */
  blobUsage(account: AccountId): { readonly blobs: number; readonly bytes: number };
  /** Sizes of all blobs. */
  blobBytes(): number;
}
