import type {
  AccountId,
  Charter,
  ConversationId,
  DeviceId,
  GroupId,
  MessageId,
  ShapeOf,
  StreamId,
} from "@sotto/protocol";
import {
  MAX_GROUP_DEVICES,
  arrayOf,
  codecOf,
  decodeCharter,
  encodeCharter,
  idBytes,
  idOf,
  nullable,
  tuple,
  uint,
} from "@sotto/protocol";
import { FORMAT, FORMAT_WITH_GROUPS, blob, hash, id } from "./shapes.ts";

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

/** How far the own stream has come with another account of a group: the least of what its devices say. */
export interface Watermark {
  readonly account: AccountId;
  readonly delivered: number;
  readonly read: number;
}

/** What is known of a group beside its keys: its MLS state says the same, and is not loaded for every list. */
export interface GroupFacts {
  readonly kind: "group";
  readonly charter: Charter;
  /** Accounts that have a leaf, the own among them; ascending. As they were when this device went, if it is out. */
  readonly members: readonly AccountId[];
  /** Of the members that have sent receipts. */
  readonly confirmed: readonly Watermark[];
}

export interface ConversationRecord {
  readonly id: ConversationId;
  /** The other account of a pair; null of a group. */
  readonly peer: AccountId | null;
  /** Null of a pair. */
  readonly facts: GroupFacts | null;
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
  /** Contents of the own stream that the server had taken before the last handshake that added somebody (MLS-6). */
  readonly base: number;
  /** The handshake in whose epoch it was counted; 0: it has still to be, before anything is sent. */
  readonly baseIndex: number;
  /** The handshake in whose epoch the server took the last of those (MLS-6); 0: there are none. */
  readonly baseTakenIndex: number;
  /** The same of all contents of the own stream that the server is known to have. */
  readonly takenIndex: number;
  /** The handshake by which this device came into the group; when it was put in anew meanwhile, that by which it first came. */
  readonly enteredIndex: number;
  /** The handshake by which it last came in. */
  readonly joinedIndex: number;
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
const factsShape = tuple(
  blob,
  arrayOf(id, MAX_GROUP_DEVICES),
  arrayOf(tuple(id, uint(), uint()), MAX_GROUP_DEVICES),
);
const commonFields = [
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
] as const;
const baseFields = [uint(), uint(), uint(), uint(), uint(), uint()] as const;
const conversationCodec = codecOf(
  tuple(uint(FORMAT_WITH_GROUPS), id, nullable(id), ...commonFields, nullable(factsShape), ...baseFields),
  MAX_RECORD_VALUES,
);
/** Of before there were groups. */
const pairCodec = codecOf(tuple(uint(FORMAT), id, id, ...commonFields), MAX_RECORD_VALUES);

export function encodeConversation(c: ConversationRecord): Uint8Array {
  return conversationCodec.encode([
    FORMAT_WITH_GROUPS,
    idBytes(c.id),
    c.peer && idBytes(c.peer),
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
    c.facts && factsFields(c.facts),
    c.base,
    c.baseIndex,
    c.baseTakenIndex,
    c.takenIndex,
    c.enteredIndex,
    c.joinedIndex,
  ]);
}

export function decodeConversation(bytes: Uint8Array): ConversationRecord | undefined {
  const f = conversationCodec.decode(bytes) ?? pairCodec.decode(bytes);
  const state = f && CONVERSATION_STATES[f[3]];
  if (f === undefined || state === undefined) return undefined;
  const isPair = f.length === 21;
  const facts = isPair || f[21] === null ? null : factsOf(f[21]);
  if (facts === undefined) return undefined;
  return {
    id: idOf(f[1]),
    peer: f[2] && idOf(f[2]),
    facts,
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
    base: isPair ? 0 : f[22],
    baseIndex: isPair ? f[5] : f[23],
    baseTakenIndex: isPair ? 0 : f[24],
    takenIndex: isPair ? 0 : f[25],
    enteredIndex: isPair ? 0 : f[26],
    joinedIndex: isPair ? 0 : f[27],
  };
}

function factsFields({ charter, members, confirmed }: GroupFacts): ShapeOf<typeof factsShape> {
  const marks = confirmed.map(({ account, delivered, read }) => [idBytes(account), delivered, read] as const);
  return [encodeCharter(charter), members.map(idBytes), marks];
}

function factsOf([bytes, members, marks]: ShapeOf<typeof factsShape>): GroupFacts | undefined {
  const charter = decodeCharter(bytes);
  return (
    charter && {
      kind: "group",
      charter,
      members: members.map((member) => idOf(member)),
      confirmed: marks.map(([account, delivered, read]) => ({ account: idOf(account), delivered, read })),
    }
  );
}
