/** Sending application messages (NET-4, NET-6, DIR-6): encrypt at dispatch, store, then send in order, by the relay or over a link. */
import type { ConversationId, MessageBody } from "@sotto/protocol";
import { encodeClientFrame, encodeContent } from "@sotto/protocol";
import { padContent } from "@sotto/crypto";
import { countBase, currentBinding } from "./bases.ts";
import { contentHash } from "./chain.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { OutboxRecord } from "./records/outbox.ts";
import { historyOf, isSealed, unsentOf } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit, mlsOrThrow } from "./core.ts";
import { carry, uncarried } from "./direct/carry.ts";
import { routeOf } from "./direct/route.ts";
import { openLink } from "./direct/state.ts";
import { loadGroup } from "./groups.ts";
import type { Inflight } from "./state.ts";
import { Transaction } from "./transaction.ts";

/** Posts whose answers are awaited at most. */
const MAX_INFLIGHT = 512;
/** Messages encrypted in one operation and stored in one transaction. */
export const SEND_BATCH = 256;

type Route = "direct" | "relay";

/** Sends what waits in the conversation, if it can be sent now. */
export function enqueueDispatch(core: Core, conversation: ConversationId): void {
  core.enqueue({ key: `dispatch/${conversation}`, run: () => dispatch(core, conversation) });
}

function* dispatch(core: Core, id: ConversationId): Step<void> {
  // The answers that are awaited bring the conversation here again.
  if (!(yield* countBase(core, id))) return;
  flush(core, id);
  const conversation = core.state.conversations.get(id);
  const route = conversation && routeOf(core, conversation);
  if (conversation === undefined || route === undefined) return;
  const waiting = unprepared(core, conversation, route);
  if (waiting.length === 0) return;
  const transaction = new Transaction();
  yield* seal(core, transaction, conversation, waiting, route);
  yield* commit(core, transaction);
  tellPaths(core, waiting);
  flush(core, id);
  enqueueDispatch(core, id);
}

/** Those among the next messages of the route that have to be encrypted, or written down as its own, before they go. */
function unprepared(core: Core, conversation: ConversationRecord, route: Route): readonly OutboxRecord[] {
  const link = openLink(core, conversation.id);
  const next =
    route === "direct" && link !== undefined
      ? uncarried(core, conversation, link)
      : unposted(core, conversation.id, SEND_BATCH);
  return next.filter((record) => !isPrepared(record, conversation, route));
}

function isPrepared(record: OutboxRecord, conversation: ConversationRecord, route: Route): boolean {
  return isSealed(record, conversation) && (route === "direct" || record.path === "relay");
}

/** The route on which new messages can go as soon as they are composed: none before them waits to be prepared for it. */
export function sealingRoute(core: Core, conversation: ConversationRecord): Route | undefined {
  const route = routeOf(core, conversation);
  if (route === undefined) return undefined;
  const before = unsentOf(core.state, conversation.id);
  return before.every((record) => isPrepared(record, conversation, route)) ? route : undefined;
}

/** Sends what is prepared for the way that messages go now. */
export function flush(core: Core, id: ConversationId): void {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined) return;
  if (routeOf(core, conversation) === "direct") carry(core, id);
  else postSealed(core, conversation);
}

/**
 * Posts what is encrypted under the current epoch, in order. Nothing when the connection has gone or a refusal has come while it was encrypted
 * and stored; and a refusal that has been dealt with, or a new connection, puts earlier messages before it.
 */
function postSealed(core: Core, conversation: ConversationRecord): void {
  if (routeOf(core, conversation) !== "relay") return;
  const { id, headIndex: index } = conversation;
  for (const record of unposted(core, id, MAX_INFLIGHT)) {
    // What is meant for the link alone is written down as the relay's first (DIR-9).
    if (!isSealed(record, conversation) || record.path !== "relay") return;
    const { order, ciphertext } = record;
    post(core, conversation, index, ciphertext, { kind: "message", conversation: id, order, index });
  }
}

/** The first messages without a post whose answer is awaited or to be written down, as many as may be posted now and no more than `limit`. */
function unposted(core: Core, id: ConversationId, limit: number): readonly OutboxRecord[] {
  const { inflight, acknowledged } = core.live;
  const room = Math.min(limit, MAX_INFLIGHT - inflight.size);
  if (room <= 0) return [];
  const underway = new Set(acknowledged.get(id));
  for (const entry of inflight.values())
    if (entry.kind === "message" && entry.conversation === id) underway.add(entry.order);
  const found: OutboxRecord[] = [];
  for (const record of unsentOf(core.state, id)) {
    if (underway.has(record.order)) continue;
    if (found.push(record) >= room) break;
  }
  return found;
}

/** Says of messages that were shown already that they go another way. */
function tellPaths(core: Core, before: readonly OutboxRecord[]): void {
  for (const { conversation, order, path } of before) {
    const now = core.state.outbox.get(conversation)?.get(order);
    if (now?.path && now.path !== (path ?? "relay"))
      emit(core, { type: "path", conversation, id: now.id, path: now.path });
  }
}

/**
 * Adds to the transaction the records with ciphertexts of the current epoch, the group behind them, and `conversation`. A message that the relay
 * may have had stays one of the relay.
 */
export function* seal(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  records: readonly OutboxRecord[],
  route: Route,
): Step<void> {
  const { headIndex: index } = conversation;
  const routed = records.map((record) => withPath(core, transaction, record, route));
  const numbered = numberContents(core, conversation, routed);
  transaction.conversation(numbered.conversation);
  const sealed = numbered.records.filter((record) => isSealed(record, conversation));
  for (const record of sealed) transaction.outbox(record);
  const open = numbered.records.filter((record) => !isSealed(record, conversation));
  if (open.length === 0) return;
  const group = yield* loadGroup(core, conversation.group as NonNullable<ConversationRecord["group"]>);
  const authenticatedData = currentBinding(conversation);
  const encrypted = yield* mlsOrThrow({
    op: "encrypt",
    group,
    messages: open.map(({ content }) => ({
      plaintext: padContent(content as Uint8Array),
      authenticatedData,
    })),
  });
  transaction.group(encrypted.group, encrypted.delta);
  for (const [i, record] of open.entries()) {
    const ciphertext = encrypted.ciphertexts[i] as Uint8Array;
    // The server keeps a message that it has; only the link needs it once more.
    const stage = record.stage === "sent" ? "sent" : "encrypted";
    transaction.outbox({ ...record, stage, ciphertext, index });
  }
}

function withPath(core: Core, transaction: Transaction, record: OutboxRecord, route: Route): OutboxRecord {
  const path = record.path === "relay" ? "relay" : route;
  if (path === record.path) return record;
  const routed = { ...record, path };
  transaction.history(historyOf(core, routed, null));
  return routed;
}

/** Fixes the contents of records that have none: the place in the stream is given at first encryption. */
export function numberContents(
  core: Core,
  conversation: ConversationRecord,
  records: readonly OutboxRecord[],
): { conversation: ConversationRecord; records: readonly OutboxRecord[] } {
  let { lastCounter, lastHash } = conversation;
  const numbered = records.map((record) => {
    if (record.content !== null) return record;
    const content = encodeContent({
      id: record.id,
      stream: conversation.stream,
      counter: ++lastCounter,
      previousHash: lastHash,
      sentAtMs: record.composedAtMs,
      listVersion: core.state.identity.credential.listVersion,
      logHead: null,
      epochAuthenticator: null,
      body: bodyOf(record),
    });
    lastHash = contentHash(core.sha256, content);
    return { ...record, counter: lastCounter, content };
  });
  return { conversation: { ...conversation, lastCounter, lastHash }, records: numbered };
}

function bodyOf({ text, files, replyTo }: OutboxRecord): MessageBody {
  return files.length === 0 ? { kind: "text", text, replyTo } : { kind: "file", text, files };
}

/** One ciphertext onto the socket. */
export function post(
  core: Core,
  conversation: ConversationRecord,
  index: number,
  ciphertext: Uint8Array,
  inflight: Inflight,
): void {
  const { live, state } = core;
  const requestId = nextRequestId(core);
  live.inflight.set(requestId, inflight);
  const frame = encodeClientFrame({
    type: "post",
    requestId,
    resume: live.resume.delete(conversation.id),
    group: conversation.group as NonNullable<ConversationRecord["group"]>,
    index,
    ciphertext,
    storeCounter: state.position.storeCounter,
  });
  core.effect({ type: "send", connection: live.connection, frame });
}

/** Request ids are never 0: that marks pushes. */
export function nextRequestId(core: Core): number {
  core.live.requestId = (core.live.requestId % 0xffff_ffff) + 1;
  return core.live.requestId;
}
