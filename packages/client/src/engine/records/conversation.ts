import type { AccountId, ConversationId, DeviceId, GroupId, MessageId, StreamId } from "@sotto/protocol";
import { arrayOf, codecOf, idBytes, idOf, nullable, tuple, uint } from "@sotto/protocol";
import { FORMAT, hash, id } from "./shapes.ts";

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
  /** Messages above that, and the last ones below: a sender whose receipt was lost sends them again in another group. Ascending by counter. */
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
