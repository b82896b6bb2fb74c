/** What the engine holds in memory: a mirror of its small tables, changed only after the store has them, and the volatile side of a connection. */
import type { MlsGroup } from "@sotto/crypto";
import type { ClaimedDevice } from "./claims.ts";
import type { TimerName } from "./contract.ts";
import type {
  AccountId,
  ConversationId,
  GroupId,
  MailboxEntry,
  StoreId,
  ReceiptBody,
  SignalBody,
} from "@sotto/protocol";
import { CONVERSATION_KEY_BYTES } from "@sotto/protocol";
import type { FileWords } from "./fileReceipts.ts";
import type { IceServer } from "../ports/direct.ts";
import type { DirectLink, LinkTries } from "./direct/state.ts";
import type { ContactRecord } from "./records/contact.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { Identity } from "./records/identity.ts";
import type { ImportRecord } from "./records/imported.ts";
import type { StoredKeyPackage } from "./records/keyPackage.ts";
import type { OutboxRecord } from "./records/outbox.ts";
import type { PendingCommit } from "./records/pending.ts";
import type { Position } from "./records/position.ts";
import type { SendRequest } from "./sends.ts";
import type { Settings } from "./settings.ts";
import { DEFAULT_SETTINGS, SETTINGS_KEY, decodeSettings } from "./settings.ts";
import { decodeContact } from "./records/contact.ts";
import { decodeConversation } from "./records/conversation.ts";
import { decodeImport } from "./records/imported.ts";
import { decodeKeyPackage } from "./records/keyPackage.ts";
import { decodeOutbox, stageIn } from "./records/outbox.ts";
import { decodePending } from "./records/pending.ts";
import { POSITION_KEY, decodePosition } from "./records/position.ts";
import type { Invitation, RoomRecord } from "./records/room.ts";
import { decodeRoom } from "./records/room.ts";
import type { OwnProfileKey, ProfileKey, ToldProfile } from "./records/profile.ts";
import {
  OWN_PROFILE_KEY,
  decodeOwnProfileKey,
  decodeProfileKey,
  decodeToldProfile,
} from "./records/profile.ts";
import { TABLE } from "./records/table.ts";
import type { WaitingWelcome } from "./records/waiting.ts";
import { decodeWaiting } from "./records/waiting.ts";
import type { Wish } from "./records/wish.ts";
import { decodeWishes } from "./records/wish.ts";

/** The tables that the engine reads at start, whole. */
export const ENGINE_TABLES = [
  TABLE.meta,
  TABLE.keyPackage,
  TABLE.contact,
  TABLE.conversation,
  TABLE.group,
  TABLE.pending,
  TABLE.wish,
  TABLE.conversationKey,
  TABLE.waiting,
  TABLE.room,
  TABLE.leaving,
  TABLE.outbox,
  TABLE.imported,
  TABLE.profileKey,
  TABLE.profileTold,
] as const;

export type EngineTable = (typeof ENGINE_TABLES)[number];
export type EngineTables = Readonly<Record<EngineTable, ReadonlyMap<string, Uint8Array>>>;

/** Mirror of the store. */
export interface StoredState {
  readonly identity: Identity;
  position: Position;
  settings: Settings;
  readonly keyPackages: Map<string, StoredKeyPackage>;
  readonly contacts: Map<AccountId, ContactRecord>;
  readonly conversations: Map<ConversationId, ConversationRecord>;
  readonly conversationOfGroup: Map<GroupId, ConversationId>;
  readonly pending: Map<GroupId, PendingCommit>;
  /** What is to become of groups, by conversation; none is empty. */
  readonly wishes: Map<ConversationId, readonly Wish[]>;
  /** Pre-shared keys (PSK-6). They stay with the conversation: who is put into its group anew needs them. */
  readonly conversationKeys: Map<ConversationId, Uint8Array>;
  /** Groups that this device is to enter as soon as it has their conversation's key. */
  readonly waiting: Map<GroupId, WaitingWelcome>;
  /** Rooms that this device is in, or is about to enter. */
  readonly rooms: Map<GroupId, RoomRecord>;
  /** Groups whose delivery list this device still has to leave. */
  readonly leaving: Set<GroupId>;
  /** Groups that it is out of, those among them: no Welcome brings them back, though a last-resort key package would open it again. */
  readonly left: Set<GroupId>;
  /** Per conversation by order in the history; orders only grow, so iteration is ascending. */
  readonly outbox: Map<ConversationId, Map<number, OutboxRecord>>;
  /** Those of the outbox that the server is not known to have. */
  readonly unsent: Map<ConversationId, Map<number, OutboxRecord>>;
  /** Those of the outbox that the other side has not confirmed. */
  readonly unconfirmed: Map<ConversationId, Map<number, OutboxRecord>>;
  /** Conversations of which an archive was imported. */
  readonly imported: Map<ConversationId, ImportRecord>;
  /** What opens the own profile; null while there is none. */
  ownProfile: OwnProfileKey | null;
  /** What opens those of others. */
  readonly profileKeys: Map<AccountId, ProfileKey>;
  /** Where the own one has been told. */
  readonly profilesTold: Map<ConversationId, ToldProfile>;
  /** Counts changes of who is a contact and who is in a conversation. */
  peopleRevision: number;
  /** Stored parts of groups that have not been loaded yet. */
  readonly groupParts: Map<GroupId, Map<string, Uint8Array>>;
  readonly groups: Map<GroupId, MlsGroup>;
}

/** A post on the wire whose answer is awaited. */
export type Inflight =
  | {
      readonly kind: "message";
      readonly conversation: ConversationId;
      readonly order: number;
      readonly index: number;
    }
  /** {@link RoomRecord.invitation}. */
  | {
      readonly kind: "invitation";
      readonly conversation: ConversationId;
      readonly index: number;
      readonly invitation: Invitation;
    }
  | {
      readonly kind: "receipt";
      readonly conversation: ConversationId;
      readonly index: number;
      readonly body: ReceiptBody;
    }
  | {
      readonly kind: "signal";
      readonly conversation: ConversationId;
      readonly index: number;
      readonly body: SignalBody;
    }
  | {
      readonly kind: "profileKey";
      readonly conversation: ConversationId;
      readonly index: number;
      readonly told: ToldProfile;
    };

export type Phase = "offline" | "opening" | "hello" | "online";

/** The volatile side: gone with the process, rebuilt from the store. */
export interface VolatileState {
  wanted: boolean;
  phase: Phase;
  connection: number;
  /** What the server was told last on this connection: that the device hides. */
  toldHidden: boolean;
  /** The server's store as the last `ready` named it. */
  serverStore: StoreId | null;
  attempts: number;
  /** Pings since the last frame came. */
  silentPings: number;
  heartbeatMs: number;
  requestId: number;
  readonly inflight: Map<number, Inflight>;
  /** Entries received and not yet stored, by ascending sequence. */
  inbox: MailboxEntry[];
  inboxSequence: number;
  /** The last entry that waited in the mailbox when the connection began, 0 if none did: what comes behind it has just been sent. */
  readySequence: number;
  /** What the server's clock is ahead of this device's. */
  clockOffsetMs: number;
  /** Conversations whose posts were refused: nothing more is sent until all answers are in, the epoch is reached and the pause is over. */
  readonly held: Map<
    ConversationId,
    { readonly untilIndex: number; readonly sinceMs: number; readonly pauseMs: number }
  >;
  /** The next post carries the resume flag. */
  readonly resume: Set<ConversationId>;
  /** Pairs whose other side is online. One may be told of before its Welcome is taken in, or after it was left. */
  readonly seen: Set<GroupId>;
  readonly receiptSentAtMs: Map<ConversationId, number>;
  /** What receipts have still to say of files. */
  readonly fileWords: Map<ConversationId, FileWords>;
  readonly links: Map<ConversationId, DirectLink>;
  linkNumber: number;
  readonly linkTries: Map<ConversationId, LinkTries>;
  /** Signals that wait to be encrypted. */
  readonly signals: Map<ConversationId, readonly SignalBody[]>;
  /** When somebody last looked at the conversation or wrote in it, here or there. */
  readonly attended: Map<ConversationId, number>;
  /** When the other side last sent something. */
  readonly heard: Map<ConversationId, number>;
  /** Servers that help to find a direct way, as they were last asked for. */
  ice:
    | { readonly servers: readonly IceServer[]; readonly sinceMs: number; readonly ttlMs: number }
    | undefined;
  /** Messages that the next sending job takes; another may join them until it begins. */
  openSends: SendRequest[] | undefined;
  /** Answered posts to be written down: conversation to orders. */
  readonly acknowledged: Map<ConversationId, Set<number>>;
  /** Groups in which commits of this device were not taken, how often in a row, and how long it waits before the next. */
  readonly wishPauses: Map<
    ConversationId,
    { readonly losses: number; readonly sinceMs: number; readonly pauseMs: number }
  >;
  /** The wishes that the commit on its way is made for. */
  readonly carriedWishes: Map<ConversationId, readonly Wish[]>;
  /** Key packages that wait for a commit that takes them. */
  readonly claims: Map<ConversationId, Map<AccountId, readonly ClaimedDevice[]>>;
  /** Delivery lists that are to be looked at after that delay, or have been. */
  readonly listChecks: Map<
    ConversationId,
    {
      readonly isDone: boolean;
      /** By the server's last answer the own mailbox is not on it. */
      readonly isOut: boolean;
      readonly sinceMs: number;
      readonly delayMs: number;
    }
  >;
  /** Groups in which wishes are made one by one, because several together could not be. */
  readonly singleWishes: Set<ConversationId>;
  /** Members whose names could not be found out, or are not theirs. */
  readonly unnamed: Set<AccountId>;
  /** The store is older than the server remembers: nothing is sent any more. */
  rolledBack: boolean;
  retries: number;
  /** When each timer that has been set will fire. */
  readonly timers: Map<TimerName, number>;
}

/** Thrown when a stored record cannot be read: the store is damaged and is left as it is. */
export class DamagedRecordError extends Error {
  override readonly name = "DamagedRecordError";

  constructor(table: string) {
    super(`a record of the table "${table}" cannot be read`);
  }
}

/** Reads the tables. Throws {@link DamagedRecordError}. */
export function readTables(identity: Identity, tables: EngineTables): StoredState {
  const decodeAll = <T>(table: EngineTable, decode: (bytes: Uint8Array) => T | undefined): [string, T][] =>
    [...tables[table]].map(([key, bytes]) => {
      const record = decode(bytes);
      if (record === undefined) throw new DamagedRecordError(table);
      return [key, record];
    });
  const decodeMeta = <T>(key: string, decode: (bytes: Uint8Array) => T | undefined): T | undefined => {
    const bytes = tables[TABLE.meta].get(key);
    const record = bytes && decode(bytes);
    if (bytes !== undefined && record === undefined) throw new DamagedRecordError(TABLE.meta);
    return record;
  };
  const conversations = decodeAll(TABLE.conversation, decodeConversation).map(([, record]) => record);
  const conversationOf = new Map(conversations.map((record) => [record.id, record]));
  const outbox = decodeAll(TABLE.outbox, decodeOutbox).map(([, record]) => {
    const conversation = conversationOf.get(record.conversation);
    return conversation === undefined ? record : stageIn(conversation, record);
  });
  return {
    identity,
    position: decodeMeta(POSITION_KEY, decodePosition) ?? { storeCounter: 0, cursor: 0, store: null },
    settings: decodeMeta(SETTINGS_KEY, decodeSettings) ?? DEFAULT_SETTINGS,
    keyPackages: new Map(decodeAll(TABLE.keyPackage, decodeKeyPackage)),
    contacts: new Map(
      decodeAll(TABLE.contact, decodeContact).map(([, contact]) => [contact.account, contact]),
    ),
    conversations: conversationOf,
    conversationOfGroup: new Map(
      conversations.flatMap(({ id, group }) => (group === null ? [] : [[group, id] as const])),
    ),
    pending: new Map(decodeAll(TABLE.pending, decodePending).map(([, pending]) => [pending.group, pending])),
    wishes: new Map(decodeAll(TABLE.wish, decodeWishes) as [ConversationId, readonly Wish[]][]),
    conversationKeys: new Map(decodeAll(TABLE.conversationKey, keyOf) as [ConversationId, Uint8Array][]),
    waiting: new Map(decodeAll(TABLE.waiting, decodeWaiting) as [GroupId, WaitingWelcome][]),
    rooms: new Map(decodeAll(TABLE.room, decodeRoom) as [GroupId, RoomRecord][]),
    leaving: new Set(
      [...tables.leaving].flatMap(([group, told]) => (told.length === 0 ? [group as GroupId] : [])),
    ),
    left: new Set(tables.leaving.keys() as MapIterator<GroupId>),
    outbox: outboxOf(outbox),
    unsent: outboxOf(outbox.filter(isUnsent)),
    unconfirmed: outboxOf(outbox.filter(isUnconfirmed)),
    imported: new Map(decodeAll(TABLE.imported, decodeImport) as [ConversationId, ImportRecord][]),
    ownProfile: decodeMeta(OWN_PROFILE_KEY, decodeOwnProfileKey) ?? null,
    profileKeys: new Map(decodeAll(TABLE.profileKey, decodeProfileKey) as [AccountId, ProfileKey][]),
    profilesTold: new Map(decodeAll(TABLE.profileTold, decodeToldProfile) as [ConversationId, ToldProfile][]),
    peopleRevision: 0,
    groupParts: partsOf(tables.group),
    groups: new Map(),
  };
}

function keyOf(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length === CONVERSATION_KEY_BYTES ? bytes : undefined;
}

/** A device that has just been started. */
export function freshVolatileState(): VolatileState {
  return {
    wanted: false,
    phase: "offline",
    connection: 0,
    toldHidden: false,
    serverStore: null,
    attempts: 0,
    silentPings: 0,
    heartbeatMs: 0,
    requestId: 0,
    inflight: new Map(),
    inbox: [],
    inboxSequence: 0,
    readySequence: 0,
    clockOffsetMs: 0,
    held: new Map(),
    resume: new Set(),
    seen: new Set(),
    receiptSentAtMs: new Map(),
    fileWords: new Map(),
    links: new Map(),
    linkNumber: 0,
    linkTries: new Map(),
    signals: new Map(),
    attended: new Map(),
    heard: new Map(),
    ice: undefined,
    openSends: undefined,
    acknowledged: new Map(),
    wishPauses: new Map(),
    carriedWishes: new Map(),
    claims: new Map(),
    listChecks: new Map(),
    singleWishes: new Set(),
    unnamed: new Set(),
    rolledBack: false,
    retries: 0,
    timers: new Map(),
  };
}

/** The message waits in the outbox, or for the server's answer. */
export function isUnsent({ stage }: OutboxRecord): boolean {
  return stage === "queued" || stage === "encrypted";
}

/** The other side has not said that it has the message. */
export function isUnconfirmed({ stage }: OutboxRecord): boolean {
  return stage !== "delivered";
}

/** Key of one stored part of a group. */
export function groupPartKey(group: GroupId, part: string): string {
  return `${group}/${part}`;
}

/** Key of one entry that is kept of a group that waits. */
export function waitingEntryKey(group: GroupId, number: number): string {
  return `${group}/${number}`;
}

function outboxOf(records: readonly OutboxRecord[]): Map<ConversationId, Map<number, OutboxRecord>> {
  const outbox = new Map<ConversationId, Map<number, OutboxRecord>>();
  for (const record of records.toSorted((a, b) => a.order - b.order)) {
    const list = outbox.get(record.conversation) ?? new Map<number, OutboxRecord>();
    outbox.set(record.conversation, list.set(record.order, record));
  }
  return outbox;
}

function partsOf(table: ReadonlyMap<string, Uint8Array>): Map<GroupId, Map<string, Uint8Array>> {
  const groups = new Map<GroupId, Map<string, Uint8Array>>();
  for (const [key, value] of table) {
    const [group, part] = [key.slice(0, 32) as GroupId, key.slice(33)];
    const parts = groups.get(group) ?? new Map<string, Uint8Array>();
    parts.set(part, value);
    groups.set(group, parts);
  }
  return groups;
}
