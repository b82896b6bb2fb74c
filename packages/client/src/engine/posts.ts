/** Sending application messages (NET-4, NET-6): encrypt at dispatch, store, then post in order. */
import type { ConversationId } from "@sotto/protocol";
import { encodeClientFrame, encodeContent, encodeMessageBinding } from "@sotto/protocol";
import { padContent } from "@sotto/crypto";
import { contentHash } from "./chain.ts";
import { unsentOf } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit, mlsOrThrow } from "./core.ts";
import { loadGroup } from "./groups.ts";
import type { ConversationRecord, OutboxRecord } from "./records.ts";
import { isForeignStore } from "./serverStore.ts";
import type { Inflight } from "./state.ts";
import { Transaction } from "./transaction.ts";

/** Posts whose answers are awaited at most. */
const MAX_INFLIGHT = 512;
/** Messages encrypted in one operation and stored in one transaction. */
export const SEND_BATCH = 256;

/** Sends what waits in the conversation, if it can be sent now. */
export function enqueueDispatch(core: Core, conversation: ConversationId): void {
  core.enqueue({ key: `dispatch/${conversation}`, run: () => dispatch(core, conversation) });
}

/** Whether application messages can be posted to the conversation now. */
export function canPost(core: Core, conversation: ConversationRecord): boolean {
  const { live, state } = core;
  const contact = state.contacts.get(conversation.peer);
  return (
    live.phase === "online" &&
    !live.rolledBack &&
    !isForeignStore(core) &&
    conversation.state === "active" &&
    contact?.state === "accepted" &&
    !contact.keysChanged &&
    !live.held.has(conversation.id)
  );
}

function* dispatch(core: Core, id: ConversationId): Step<void> {
  postSealed(core, id);
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined || !canPost(core, conversation)) return;
  const stale = unposted(core, id, SEND_BATCH).filter((record) => !isSealed(record, conversation));
  if (stale.length === 0) return;
  const transaction = new Transaction();
  yield* seal(core, transaction, conversation, stale);
  yield* commit(core, transaction);
  postSealed(core, id);
  enqueueDispatch(core, id);
}

/** Whether new messages can be encrypted as soon as they are composed: they could be posted, and none before them waits to be encrypted. */
export function canSealNow(core: Core, conversation: ConversationRecord): boolean {
  if (!canPost(core, conversation)) return false;
  return unsentOf(core.state, conversation.id).every((record) => isSealed(record, conversation));
}

/**
 * Posts what is encrypted under the current epoch, in order. Nothing when the connection has gone or a refusal has come while it was encrypted
 * and stored; and a refusal that has been dealt with, or a new connection, puts earlier messages before it.
 */
export function postSealed(core: Core, id: ConversationId): void {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined || !canPost(core, conversation)) return;
  const { headIndex: index } = conversation;
  for (const record of unposted(core, id, MAX_INFLIGHT)) {
    if (!isSealed(record, conversation)) return;
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

type SealedRecord = OutboxRecord & { readonly ciphertext: Uint8Array };

function isSealed(record: OutboxRecord, conversation: ConversationRecord): record is SealedRecord {
  return record.ciphertext !== null && record.index === conversation.headIndex;
}

/** Adds to the transaction the records with ciphertexts of the current epoch, the group behind them, and `conversation`. */
export function* seal(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  records: readonly OutboxRecord[],
): Step<void> {
  const { headIndex: index, headHash } = conversation;
  const numbered = numberContents(core, conversation, records);
  const group = yield* loadGroup(core, conversation.group as NonNullable<ConversationRecord["group"]>);
  const authenticatedData = encodeMessageBinding({ index, headHash });
  const encrypted = yield* mlsOrThrow({
    op: "encrypt",
    group,
    messages: numbered.records.map(({ content }) => ({
      plaintext: padContent(content as Uint8Array),
      authenticatedData,
    })),
  });
  transaction.group(encrypted.group, encrypted.delta).conversation(numbered.conversation);
  for (const [i, record] of numbered.records.entries()) {
    const ciphertext = encrypted.ciphertexts[i] as Uint8Array;
    transaction.outbox({ ...record, stage: "encrypted", ciphertext, index });
  }
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
      body: { kind: "text", text: record.text, replyTo: record.replyTo },
    });
    lastHash = contentHash(core.sha256, content);
    return { ...record, counter: lastCounter, content };
  });
  return { conversation: { ...conversation, lastCounter, lastHash }, records: numbered };
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
