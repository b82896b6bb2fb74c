/** Sending application messages (NET-4, NET-6): encrypt at dispatch, store, then post in order. */
import type { ConversationId } from "@sotto/protocol";
import { encodeClientFrame, encodeContent, encodeMessageBinding } from "@sotto/protocol";
import { padContent } from "@sotto/crypto";
import { contentHash } from "./chain.ts";
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
const BATCH = 64;

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
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined || !canPost(core, conversation)) return;
  const batch = nextBatch(core, id);
  if (batch.length === 0) return;
  const ready = yield* encryptBatch(core, conversation, batch);
  // The connection may have gone, or a refusal come, while the batch was encrypted and stored: then it is posted later.
  const now = core.state.conversations.get(id);
  if (now === undefined || !canPost(core, now)) return;
  // A refusal that has been dealt with meanwhile, or a new connection, has put earlier messages before these: all go together then.
  if (nextBatch(core, id)[0]?.order !== batch[0]?.order) return enqueueDispatch(core, id);
  for (const { order, index, ciphertext } of ready) {
    if (ciphertext !== null)
      post(core, now, index, ciphertext, { kind: "message", conversation: id, order, index });
  }
  if (ready.length === BATCH) enqueueDispatch(core, id);
}

function nextBatch(core: Core, id: ConversationId): readonly OutboxRecord[] {
  const { inflight } = core.live;
  const underway = new Set<number>();
  for (const entry of inflight.values())
    if (entry.kind === "message" && entry.conversation === id) underway.add(entry.order);
  const room = Math.min(BATCH, MAX_INFLIGHT - inflight.size);
  const answered = core.live.acknowledged.get(id);
  const batch: OutboxRecord[] = [];
  for (const record of core.state.outbox.get(id)?.values() ?? []) {
    if (batch.length >= room) break;
    const waits = record.stage === "queued" || record.stage === "encrypted";
    if (waits && !underway.has(record.order) && answered?.has(record.order) !== true) batch.push(record);
  }
  return batch;
}

/** Gives every record a ciphertext of the current epoch and stores it. */
function* encryptBatch(
  core: Core,
  conversation: ConversationRecord,
  batch: readonly OutboxRecord[],
): Step<readonly OutboxRecord[]> {
  const { headIndex } = conversation;
  const stale = batch.filter(({ stage, index }) => stage === "queued" || index !== headIndex);
  if (stale.length === 0) return batch;
  const numbered = numberContents(core, conversation, stale);
  const group = yield* loadGroup(core, conversation.group as NonNullable<ConversationRecord["group"]>);
  const authenticatedData = encodeMessageBinding({ index: headIndex, headHash: conversation.headHash });
  const encrypted = yield* mlsOrThrow({
    op: "encrypt",
    group,
    messages: numbered.records.map(({ content }) => ({
      plaintext: padContent(content as Uint8Array),
      authenticatedData,
    })),
  });
  const transaction = new Transaction()
    .group(encrypted.group, encrypted.delta)
    .conversation(numbered.conversation);
  const fresh = new Map<number, OutboxRecord>();
  for (const [i, record] of numbered.records.entries()) {
    const ciphertext = encrypted.ciphertexts[i] as Uint8Array;
    const next: OutboxRecord = { ...record, stage: "encrypted", ciphertext, index: headIndex };
    fresh.set(record.order, next);
    transaction.outbox(next);
  }
  yield* commit(core, transaction);
  return batch.map((record) => fresh.get(record.order) ?? record);
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
