/** The stand-in's messages: everything that a member sends is one toy-sealed body under clear group, epoch, kind and authenticated data. */
import type { Codec, GroupId, ShapeOf } from "@sotto/protocol";
import {
  arrayOf,
  bytesEqual,
  bytesOf,
  bytesUpTo,
  codecOf,
  ID_BYTES,
  idBytes,
  idOf,
  tuple,
  uint,
} from "@sotto/protocol";
import type { MessageFailure } from "../mls/port.ts";
import { consume } from "./standInRatchet.ts";
import { mix, toyOpen, toySeal } from "./standInSeal.ts";
import type { StandInEpoch, StandInState } from "./standInState.ts";
import { appDataShape, memberShape } from "./standInState.ts";

export type Content = "application" | "handshake";

/** The clear part and what is sealed. */
export interface StandInMessage {
  readonly group: GroupId;
  readonly epoch: number;
  readonly content: Content;
  readonly authenticatedData: Uint8Array;
  readonly sealedSender: Uint8Array;
  readonly sealedBody: Uint8Array;
}

/** First field of what is sent: other bytes of the stand-in begin otherwise. */
const MESSAGE = 1;
const MAX_BYTES = 2 * 1024 * 1024;
const TAG_BYTES = 16;
const messageCodec = codecOf(
  tuple(uint(255), bytesOf(ID_BYTES), uint(), uint(1), bytesUpTo(4096), bytesUpTo(64), bytesUpTo(MAX_BYTES)),
);
const senderCodec = codecOf(tuple(uint(), uint()));

/** Faults that a test can put into a commit: every member refuses it, or the members at some leaves cannot judge it. */
export type CommitFault =
  | { readonly kind: "invalid" }
  | { readonly kind: "unreadable"; readonly leaves: readonly number[] };

const leaves = arrayOf(uint(), 4096);
const commitShape = codecOf(
  tuple(
    bytesOf(ID_BYTES),
    leaves,
    arrayOf(memberShape, 4096),
    uint(1),
    leaves,
    arrayOf(bytesOf(ID_BYTES), 4096),
    arrayOf(bytesUpTo(255), 255),
    appDataShape,
    bytesOf(TAG_BYTES),
  ),
);

/** What a commit says. */
export interface StandInCommitBody {
  /** Random: the next key is made of it. */
  readonly id: Uint8Array;
  /** By value; those who asked to leave not among them. */
  readonly removed: readonly number[];
  readonly added: readonly ShapeOf<typeof memberShape>[];
  readonly invalid: boolean;
  /** Leaves that cannot read it. */
  readonly unreadable: readonly number[];
  /** Requests to leave that it includes. */
  readonly references: readonly Uint8Array[];
  /** Ids of pre-shared keys. */
  readonly psks: readonly Uint8Array[];
  /** Of the next epoch; `null`: it stays as it is. */
  readonly appData: Uint8Array | null;
  /** Of the next key: wrong at who holds another pre-shared key under an id. */
  readonly tag: Uint8Array;
}

export function encodeCommitBody(body: StandInCommitBody): Uint8Array {
  const { id, removed, added, invalid, unreadable, references, psks, appData, tag } = body;
  const isInvalid = invalid ? 1 : 0;
  return commitShape.encode([id, removed, added, isInvalid, unreadable, references, psks, appData, tag]);
}

export function decodeCommitBody(bytes: Uint8Array): StandInCommitBody | undefined {
  const fields = commitShape.decode(bytes);
  if (fields === undefined) return undefined;
  const [id, removed, added, invalid, unreadable, references, psks, appData, tag] = fields;
  return { id, removed, added, invalid: invalid === 1, unreadable, references, psks, appData, tag };
}

/** The confirmation tag of an epoch's key. */
export function tagOfKey(key: Uint8Array): Uint8Array {
  return mix("confirm", key).slice(0, TAG_BYTES);
}

/** A request to leave: its reference. */
export const leaveCodec: Codec<readonly [Uint8Array]> = codecOf(tuple(bytesOf(ID_BYTES)));

/** Seals with the sender's next generation. */
export function seal(
  state: StandInState,
  content: Content,
  authenticatedData: Uint8Array,
  body: Uint8Array,
): { readonly state: StandInState; readonly bytes: Uint8Array } {
  const { current, ownLeaf } = state;
  const ratchets = current.ratchets[ownLeaf];
  if (ratchets === undefined) throw new TypeError("not a member");
  const generation = ratchets[content].next;
  const context = contextOf(state.id, current.number, content, authenticatedData);
  const sealedBody = toySeal(messageKey(current, content, ownLeaf, generation), context, body);
  const sealedSender = toySeal(
    mix("sender", current.key, sealedBody.slice(0, 16)),
    context,
    senderCodec.encode([ownLeaf, generation]),
  );
  const kind = content === "application" ? 0 : 1;
  const bytes = messageCodec.encode([
    MESSAGE,
    idBytes(state.id),
    current.number,
    kind,
    authenticatedData,
    sealedSender,
    sealedBody,
  ]);
  const sent = content === "handshake" ? withSent(state.sent, mix("sent", authenticatedData)) : state.sent;
  const generations = { ...ratchets[content], next: generation + 1 };
  return { state: withGenerations({ ...state, sent }, current, ownLeaf, content, generations), bytes };
}

export function parseMessage(bytes: Uint8Array): StandInMessage | undefined {
  const fields = messageCodec.decode(bytes);
  if (fields === undefined || fields[0] !== MESSAGE) return undefined;
  const [, group, epoch, kind, authenticatedData, sealedSender, sealedBody] = fields;
  return {
    group: idOf(group),
    epoch,
    content: kind === 0 ? "application" : "handshake",
    authenticatedData,
    sealedSender,
    sealedBody,
  };
}

export type OpenedMessage =
  | { readonly ok: true; readonly state: StandInState; readonly leaf: number; readonly body: Uint8Array }
  | { readonly ok: false; readonly reason: MessageFailure; readonly leaf: number | undefined };

/** Opens a message of one of the state's epochs and consumes its generation. */
export function open(state: StandInState, epoch: StandInEpoch, message: StandInMessage): OpenedMessage {
  const context = contextOf(message.group, message.epoch, message.content, message.authenticatedData);
  const sender = toyOpen(
    mix("sender", epoch.key, message.sealedBody.slice(0, 16)),
    context,
    message.sealedSender,
  );
  const fields = sender && senderCodec.decode(sender);
  if (fields === undefined) return { ok: false, reason: "forged", leaf: undefined };
  const [leaf, generation] = fields;
  const ratchets = epoch.ratchets[leaf];
  if (ratchets === undefined) return { ok: false, reason: "forged", leaf };
  if (leaf === state.ownLeaf && message.content === "application")
    return { ok: false, reason: "replayed", leaf };
  const next = consume(ratchets[message.content], generation);
  if (typeof next === "string") return { ok: false, reason: next, leaf };
  const body = toyOpen(messageKey(epoch, message.content, leaf, generation), context, message.sealedBody);
  if (body === undefined) return { ok: false, reason: "forged", leaf };
  return { ok: true, leaf, body, state: withGenerations(state, epoch, leaf, message.content, next) };
}

function withSent(sent: readonly Uint8Array[], digest: Uint8Array): readonly Uint8Array[] {
  return sent.some((other) => bytesEqual(other, digest)) ? sent : [...sent, digest];
}

function withGenerations(
  state: StandInState,
  epoch: StandInEpoch,
  leaf: number,
  content: Content,
  generations: { readonly next: number; readonly unused: readonly number[] },
): StandInState {
  const ratchets = epoch.ratchets.slice();
  const old = ratchets[leaf];
  if (old !== undefined) ratchets[leaf] = { ...old, [content]: generations };
  const moved = { ...epoch, ratchets };
  return epoch === state.current ? { ...state, current: moved } : { ...state, past: moved };
}

function messageKey(epoch: StandInEpoch, content: Content, leaf: number, generation: number): Uint8Array {
  return mix(`${content} ${leaf} ${generation}`, epoch.key);
}

function contextOf(
  group: GroupId,
  epoch: number,
  content: Content,
  authenticatedData: Uint8Array,
): Uint8Array {
  return mix(`${group} ${epoch} ${content}`, authenticatedData);
}
