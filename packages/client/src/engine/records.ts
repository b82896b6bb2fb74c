/**
 * What the engine and the account flows keep in the local store: one codec per table. Values are CBOR tuples that begin with a format number, so
 * that a later version can tell its predecessor's records; the store adapter seals them.
 */
import type { SuiteId } from "@sotto/crypto";
import type {
  AccountId,
  ConversationId,
  Credential,
  DeviceId,
  GroupId,
  MailboxId,
  MessageId,
  StoreId,
  StreamId,
} from "@sotto/protocol";
import {
  arrayOf,
  bool,
  bytesOf,
  bytesUpTo,
  codecOf,
  encodeCredential,
  idBytes,
  idOf,
  nullable,
  parseCredential,
  textUpTo,
  tuple,
  uint,
} from "@sotto/protocol";
import { MAX_ORDER } from "./order.ts";
import type { ContactState, MessageState } from "./contract.ts";

/** Tables of a device's store. */
export const TABLE = {
  /** One record, key "identity". */
  device: "device",
  /** Keys "position": {@link Position}, and "settings". */
  meta: "meta",
  keyPackage: "keyPackage",
  contact: "contact",
  conversation: "conversation",
  /** Key `group/part`. */
  group: "group",
  pending: "pending",
  /** Key: a group that this device is out of and never enters again (CON-9). Value: empty while the server has to be told, then one byte. */
  leaving: "leaving",
  /** Key `conversation/order`. */
  outbox: "outbox",
  /** Key `conversation/order`. */
  history: "history",
  /** Key `conversation/message id/account`: the order in the history. */
  messageId: "messageId",
  /** Key: a conversation of which an archive was imported: {@link ImportRecord}. */
  imported: "imported",
  /** Key: conversation. Kept by the SDK beside the engine, on this device alone. */
  draft: "draft",
} as const;

const FORMAT = 1;
const id = bytesOf(16);
const hash = bytesOf(32);
const blob = bytesUpTo(Number.MAX_SAFE_INTEGER);
const text = textUpTo(Number.MAX_SAFE_INTEGER);

/** Everything that makes this device this device. Its private keys leave the store only into the MLS engine. */
export interface Identity {
  readonly account: AccountId;
  readonly userName: string;
  readonly device: DeviceId;
  readonly mailbox: MailboxId;
  readonly credential: Credential;
  readonly leafPrivateKey: Uint8Array;
  readonly leafPublicKey: Uint8Array;
  readonly hpkePrivateKey: Uint8Array;
  readonly hpkePublicKey: Uint8Array;
  /** Signed device list as last sent or seen. */
  readonly deviceList: Uint8Array;
  readonly suite: SuiteId;
  readonly server: string;
  readonly token: Uint8Array;
  readonly vaultKey: Uint8Array;
  readonly vaultVersion: number;
}

const identityCodec = codecOf(
  tuple(uint(FORMAT), id, text, id, id, blob, hash, hash, blob, blob, blob, uint(), text, hash, hash, uint()),
);

export function encodeIdentity(identity: Identity): Uint8Array {
  return identityCodec.encode([
    FORMAT,
    idBytes(identity.account),
    identity.userName,
    idBytes(identity.device),
    idBytes(identity.mailbox),
    encodeCredential(identity.credential),
    identity.leafPrivateKey,
    identity.leafPublicKey,
    identity.hpkePrivateKey,
    identity.hpkePublicKey,
    identity.deviceList,
    identity.suite,
    identity.server,
    identity.token,
    identity.vaultKey,
    identity.vaultVersion,
  ]);
}

/** `undefined` for a damaged record, as in every decoder here: the store then says "damaged". */
export function decodeIdentity(bytes: Uint8Array): Identity | undefined {
  const f = identityCodec.decode(bytes);
  const credential = f && parseCredential(f[5]);
  if (f === undefined || credential === undefined || (f[11] !== 1 && f[11] !== 83)) return undefined;
  return {
    account: idOf(f[1]),
    userName: f[2],
    device: idOf(f[3]),
    mailbox: idOf(f[4]),
    credential,
    leafPrivateKey: f[6],
    leafPublicKey: f[7],
    hpkePrivateKey: f[8],
    hpkePublicKey: f[9],
    deviceList: f[10],
    suite: f[11],
    server: f[12],
    token: f[13],
    vaultKey: f[14],
    vaultVersion: f[15],
  };
}

/** Where the device stands with its server and its own store. */
export interface Position {
  /** Counts storage transactions made while connected (RLY-20): what an older copy writes before it connects must not hide its age. */
  readonly storeCounter: number;
  /** Mailbox entries up to here are stored. */
  readonly cursor: number;
  /** The server's store as last seen. */
  readonly store: StoreId | null;
}

const positionCodec = codecOf(tuple(uint(FORMAT), uint(), uint(), nullable(id)));
export const POSITION_KEY = "position";

export function encodePosition(position: Position): Uint8Array {
  return positionCodec.encode([
    FORMAT,
    position.storeCounter,
    position.cursor,
    position.store && idBytes(position.store),
  ]);
}

export function decodePosition(bytes: Uint8Array): Position | undefined {
  const f = positionCodec.decode(bytes);
  return f && { storeCounter: f[1], cursor: f[2], store: f[3] && idOf(f[3]) };
}

/** A key package of this device whose private half waits for a Welcome. */
export interface StoredKeyPackage {
  readonly publicBytes: Uint8Array;
  readonly privateBytes: Uint8Array;
  readonly lastResort: boolean;
}

const keyPackageCodec = codecOf(tuple(uint(FORMAT), blob, blob, bool));

export function encodeKeyPackage(stored: StoredKeyPackage): Uint8Array {
  return keyPackageCodec.encode([FORMAT, stored.publicBytes, stored.privateBytes, stored.lastResort]);
}

export function decodeKeyPackage(bytes: Uint8Array): StoredKeyPackage | undefined {
  const f = keyPackageCodec.decode(bytes);
  return f && { publicBytes: f[1], privateBytes: f[2], lastResort: f[3] };
}

export interface ContactRecord {
  readonly account: AccountId;
  readonly userName: string;
  readonly state: ContactState;
  /** Pinned at first contact. */
  readonly accountKey: Uint8Array;
  /** The highest list version seen. */
  readonly listVersion: number;
  /** The account showed another key than the pinned one: nothing is sent until the user decides. */
  readonly keysChanged: boolean;
}

const CONTACT_STATES: readonly ContactState[] = ["outgoing", "incoming", "accepted", "blocked", "removed"];
const contactCodec = codecOf(
  tuple(uint(FORMAT), id, text, uint(CONTACT_STATES.length - 1), hash, uint(), bool),
);

export function encodeContact(contact: ContactRecord): Uint8Array {
  return contactCodec.encode([
    FORMAT,
    idBytes(contact.account),
    contact.userName,
    CONTACT_STATES.indexOf(contact.state),
    contact.accountKey,
    contact.listVersion,
    contact.keysChanged,
  ]);
}

export function decodeContact(bytes: Uint8Array): ContactRecord | undefined {
  const f = contactCodec.decode(bytes);
  const state = f && CONTACT_STATES[f[3]];
  return (
    f &&
    state && {
      account: idOf(f[1]),
      userName: f[2],
      state,
      accountKey: f[4],
      listVersion: f[5],
      keysChanged: f[6],
    }
  );
}

/** What has come of one sender's stream (MSG-4): a high-water mark and the counters missing below it. */
export interface StreamRecord {
  readonly stream: StreamId;
  readonly account: AccountId;
  readonly device: DeviceId;
  /** The highest counter received. */
  readonly high: number;
  /** Hash of the content with that counter. */
  readonly lastHash: Uint8Array;
  /** Ascending. */
  readonly missing: readonly number[];
  /** What the user has read. */
  readonly read: number;
  /** What the last receipt that the server took said. */
  readonly receiptedDelivered: number;
  readonly receiptedRead: number;
  /** Texts above that, and the last ones below: a sender whose receipt was lost sends them again in another group. Ascending by counter. */
  readonly recent: readonly { readonly counter: number; readonly id: MessageId }[];
}

/** pending: not accepted yet · active · ended: no group carries it · undecided, fork: DESIGN §4, nothing is sent. */
export type ConversationState = "pending" | "active" | "ended" | "undecided" | "fork";
const CONVERSATION_STATES: readonly ConversationState[] = ["pending", "active", "ended", "undecided", "fork"];

export interface ConversationRecord {
  readonly id: ConversationId;
  /** The other account of a pair. */
  readonly peer: AccountId;
  readonly state: ConversationState;
  /** The MLS group that carries it now. */
  readonly group: GroupId | null;
  /** Index and chain hash of the handshake that made the current epoch. */
  readonly headIndex: number;
  readonly headHash: Uint8Array;
  /** SHA-256 of that handshake: the server may not show another one in its place. */
  readonly headHandshake: Uint8Array;
  /** Chain hash of the epoch before, while its keys are kept. */
  readonly pastHash: Uint8Array | null;
  readonly keysRenewedAtMs: number;
  /** When this device last made keys of its own in the group. */
  readonly ownKeysAtMs: number;
  /** This device's own stream in the group. */
  readonly stream: StreamId;
  readonly lastCounter: number;
  readonly lastHash: Uint8Array;
  /** What the other side's receipts said of it. */
  readonly delivered: number;
  readonly read: number;
  /** Own messages up to this order are at the server; their outbox records stay as they were when they were posted. */
  readonly sentThrough: number;
  readonly streams: readonly StreamRecord[];
  /** Above every order in the local history (see order.ts). */
  readonly nextOrder: number;
  readonly unread: number;
  /** Received messages up to here are read. */
  readonly readOrder: number;
}

/** The record is of one's own making, and may be large. */
const MAX_RECORD_VALUES = 2 ** 26;
const streamShape = tuple(
  id,
  id,
  id,
  uint(),
  hash,
  arrayOf(uint(), 1000),
  uint(),
  uint(),
  uint(),
  arrayOf(tuple(uint(), id), 1000),
);
const conversationCodec = codecOf(
  tuple(
    uint(FORMAT),
    id,
    id,
    uint(CONVERSATION_STATES.length - 1),
    nullable(id),
    uint(),
    hash,
    nullable(hash),
    uint(),
    id,
    uint(),
    hash,
    uint(),
    uint(),
    arrayOf(streamShape, 10_000),
    uint(),
    uint(),
    uint(),
    hash,
    uint(),
    uint(),
  ),
  MAX_RECORD_VALUES,
);

export function encodeConversation(c: ConversationRecord): Uint8Array {
  return conversationCodec.encode([
    FORMAT,
    idBytes(c.id),
    idBytes(c.peer),
    CONVERSATION_STATES.indexOf(c.state),
    c.group && idBytes(c.group),
    c.headIndex,
    c.headHash,
    c.pastHash,
    c.keysRenewedAtMs,
    idBytes(c.stream),
    c.lastCounter,
    c.lastHash,
    c.delivered,
    c.read,
    c.streams.map((s) => [
      idBytes(s.stream),
      idBytes(s.account),
      idBytes(s.device),
      s.high,
      s.lastHash,
      s.missing,
      s.read,
      s.receiptedDelivered,
      s.receiptedRead,
      s.recent.map(({ counter, id }) => [counter, idBytes(id)]),
    ]),
    c.nextOrder,
    c.unread,
    c.readOrder,
    c.headHandshake,
    c.sentThrough,
    c.ownKeysAtMs,
  ]);
}

export function decodeConversation(bytes: Uint8Array): ConversationRecord | undefined {
  const f = conversationCodec.decode(bytes);
  const state = f && CONVERSATION_STATES[f[3]];
  if (f === undefined || state === undefined) return undefined;
  return {
    id: idOf(f[1]),
    peer: idOf(f[2]),
    state,
    group: f[4] && idOf(f[4]),
    headIndex: f[5],
    headHash: f[6],
    pastHash: f[7],
    keysRenewedAtMs: f[8],
    stream: idOf(f[9]),
    lastCounter: f[10],
    lastHash: f[11],
    delivered: f[12],
    read: f[13],
    streams: f[14].map((s) => ({
      stream: idOf(s[0]),
      account: idOf(s[1]),
      device: idOf(s[2]),
      high: s[3],
      lastHash: s[4],
      missing: s[5],
      read: s[6],
      receiptedDelivered: s[7],
      receiptedRead: s[8],
      recent: s[9].map(([counter, message]) => ({ counter, id: idOf(message) })),
    })),
    nextOrder: f[15],
    unread: f[16],
    readOrder: f[17],
    headHandshake: f[18],
    sentThrough: f[19],
    ownKeysAtMs: f[20],
  };
}

/** Why a commit of ours waits, so that it can be made again when another wins. */
export type CommitReason = "create" | "accept" | "renew" | "repair";
const COMMIT_REASONS: readonly CommitReason[] = ["create", "accept", "renew", "repair"];

/** A commit of ours on its way: the exact frame, and the epoch that it would make. */
export interface PendingCommit {
  readonly group: GroupId;
  readonly index: number;
  readonly reason: CommitReason;
  readonly handshake: Uint8Array;
  /** Next epoch in the MLS engine's encoding. */
  readonly next: Uint8Array;
  /** Client frame, to be sent until it is answered; again with identical bytes after a crash. */
  readonly frame: Uint8Array;
  /** The server's store that has taken a creation. It is kept until the request is answered: another store has to be told again (NET-3). */
  readonly takenBy: StoreId | null;
}

const pendingCodec = codecOf(
  tuple(uint(FORMAT), id, uint(), uint(COMMIT_REASONS.length - 1), blob, blob, blob, nullable(id)),
);

export function encodePending(p: PendingCommit): Uint8Array {
  return pendingCodec.encode([
    FORMAT,
    idBytes(p.group),
    p.index,
    COMMIT_REASONS.indexOf(p.reason),
    p.handshake,
    p.next,
    p.frame,
    p.takenBy && idBytes(p.takenBy),
  ]);
}

export function decodePending(bytes: Uint8Array): PendingCommit | undefined {
  const f = pendingCodec.decode(bytes);
  const reason = f && COMMIT_REASONS[f[3]];
  if (f === undefined || reason === undefined) return undefined;
  const [, group, index, , handshake, next, frame, takenBy] = f;
  return { group: idOf(group), index, reason, handshake, next, frame, takenBy: takenBy && idOf(takenBy) };
}

/**
 * queued: waits · encrypted: ciphertext stored, to be posted · sent: the server has it · delivered: kept until it is read. A stored record may
 * be further than it says: see {@link stageIn}.
 */
export type OutboxStage = "queued" | "encrypted" | "sent" | "delivered";
const OUTBOX_STAGES: readonly OutboxStage[] = ["queued", "encrypted", "sent", "delivered"];

/** One own message from composing to reading. The content is fixed at first encryption and encrypted again when the epoch has moved on. */
export interface OutboxRecord {
  readonly conversation: ConversationId;
  readonly order: number;
  readonly id: MessageId;
  readonly text: string;
  readonly replyTo: MessageId | null;
  readonly composedAtMs: number;
  readonly stage: OutboxStage;
  /** 0 before the first encryption. */
  readonly counter: number;
  /** Encoded content without padding; null before the first encryption and after delivery. */
  readonly content: Uint8Array | null;
  readonly ciphertext: Uint8Array | null;
  /** Handshake index of the ciphertext's epoch. */
  readonly index: number;
  /** direct: nothing of it has been posted · relay: the server may have had it · null: it has not been encrypted. */
  readonly path: "direct" | "relay" | null;
}

/**
 * The record as the conversation's watermarks make it: what a burst of messages has reached is written down once for all of them. A message that
 * has to be sent again is written anew, and `sentThrough` set back, in one transaction.
 */
export function stageIn(conversation: ConversationRecord, record: OutboxRecord): OutboxRecord {
  if (record.stage === "delivered") return record;
  if (record.counter > 0 && record.counter <= conversation.delivered)
    return { ...record, stage: "delivered", content: null, ciphertext: null };
  if (record.stage !== "encrypted" || record.path !== "relay") return record;
  if (record.order > conversation.sentThrough) return record;
  return { ...record, stage: "sent", ciphertext: null };
}

const outboxCodec = codecOf(
  tuple(
    uint(FORMAT),
    id,
    uint(),
    id,
    text,
    nullable(id),
    uint(),
    uint(OUTBOX_STAGES.length - 1),
    uint(),
    nullable(blob),
    nullable(blob),
    uint(),
    nullable(bool),
  ),
);

export function encodeOutbox(o: OutboxRecord): Uint8Array {
  return outboxCodec.encode([
    FORMAT,
    idBytes(o.conversation),
    o.order,
    idBytes(o.id),
    o.text,
    o.replyTo && idBytes(o.replyTo),
    o.composedAtMs,
    OUTBOX_STAGES.indexOf(o.stage),
    o.counter,
    o.content,
    o.ciphertext,
    o.index,
    o.path && o.path === "direct",
  ]);
}

export function decodeOutbox(bytes: Uint8Array): OutboxRecord | undefined {
  const f = outboxCodec.decode(bytes);
  const stage = f && OUTBOX_STAGES[f[7]];
  if (f === undefined || stage === undefined) return undefined;
  return {
    conversation: idOf(f[1]),
    order: f[2],
    id: idOf(f[3]),
    text: f[4],
    replyTo: f[5] && idOf(f[5]),
    composedAtMs: f[6],
    stage,
    counter: f[8],
    content: f[9],
    ciphertext: f[10],
    index: f[11],
    path: f[12] === null ? null : f[12] ? "direct" : "relay",
  };
}

/** One message of the history. The state of own messages follows from outbox and receipts, so that a receipt rewrites no message. */
export interface HistoryRecord {
  readonly conversation: ConversationId;
  readonly order: number;
  readonly id: MessageId;
  readonly from: AccountId;
  readonly text: string;
  readonly replyTo: MessageId | null;
  readonly sentAtMs: number;
  readonly storedAtMs: number;
  readonly path: "direct" | "relay";
  /** The state of a message that has no other to come: sending was given up, or it was imported. */
  readonly settled: SettledState | null;
}

export type SettledState = Exclude<MessageState, "sending">;
const SETTLED_STATES: readonly SettledState[] = ["failed", "sent", "delivered", "read"];

const historyCodec = codecOf(
  tuple(
    uint(FORMAT),
    id,
    uint(),
    id,
    id,
    text,
    nullable(id),
    uint(),
    uint(),
    bool,
    nullable(uint(SETTLED_STATES.length - 1)),
  ),
);

export function encodeHistory(h: HistoryRecord): Uint8Array {
  return historyCodec.encode([
    FORMAT,
    idBytes(h.conversation),
    h.order,
    idBytes(h.id),
    idBytes(h.from),
    h.text,
    h.replyTo && idBytes(h.replyTo),
    h.sentAtMs,
    h.storedAtMs,
    h.path === "direct",
    h.settled && SETTLED_STATES.indexOf(h.settled),
  ]);
}

export function decodeHistory(bytes: Uint8Array): HistoryRecord | undefined {
  const f = historyCodec.decode(bytes);
  if (f === undefined) return undefined;
  return {
    conversation: idOf(f[1]),
    order: f[2],
    id: idOf(f[3]),
    from: idOf(f[4]),
    text: f[5],
    replyTo: f[6] && idOf(f[6]),
    sentAtMs: f[7],
    storedAtMs: f[8],
    path: f[9] ? "direct" : "relay",
    settled: f[10] === null ? null : (SETTLED_STATES[f[10]] ?? null),
  };
}

const draftCodec = codecOf(tuple(uint(FORMAT), text));

export function encodeDraft(draft: string): Uint8Array {
  return draftCodec.encode([FORMAT, draft]);
}

export function decodeDraft(bytes: Uint8Array): string | undefined {
  return draftCodec.decode(bytes)?.[1];
}

/** What is known of a conversation from an archive alone. */
export interface ImportRecord {
  /** User name of the other account when the archive was made, if it had one; the contact's is newer. */
  readonly peerName: string | null;
}

const importCodec = codecOf(tuple(uint(FORMAT), nullable(text)));

export function encodeImport({ peerName }: ImportRecord): Uint8Array {
  return importCodec.encode([FORMAT, peerName]);
}

export function decodeImport(bytes: Uint8Array): ImportRecord | undefined {
  const fields = importCodec.decode(bytes);
  return fields && { peerName: fields[1] };
}

/** Digits of the largest order. */
const ORDER_DIGITS = String(MAX_ORDER).length;

/** Keys sort as their numbers do. */
export function orderKey(conversation: ConversationId, order: number): string {
  return `${conversation}/${String(order).padStart(ORDER_DIGITS, "0")}`;
}

export function messageIdKey(conversation: ConversationId, message: MessageId, from: AccountId): string {
  return `${conversation}/${message}/${from}`;
}

const orderCodec = codecOf(uint());

export const encodeOrder: (order: number) => Uint8Array = orderCodec.encode;
export const decodeOrder: (bytes: Uint8Array) => number | undefined = orderCodec.decode;
