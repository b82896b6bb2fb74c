/**
 * The server's answers to posts (RLY-7, NET-6). After a refusal the server refuses everything behind it in the group too, so order survives; the
 * engine waits for all answers, catches up, and posts the same contents again.
 */
import type { ConversationId, ErrorCode, OkFrame, RefusedFrame } from "@sotto/protocol";
import { ERRORS } from "@sotto/protocol";
import { historyOf, unsentOf } from "./conversations.ts";
import type { ClientEvent } from "./contract.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit, jitter, leftOfSpan, setTimer } from "./core.ts";
import { enqueueSignals, signalAgain } from "./direct/signals.ts";
import { isFollowed, scheduleListCheck } from "./group/list.ts";
import { loseGroup } from "./leaving.ts";
import { enqueueDispatch } from "./posts.ts";
import type { OutboxRecord } from "./records/outbox.ts";
import { enqueueProfileKey, settleProfileKey } from "./profiles.ts";
import { advanceGroup, enqueueReceipt, settleReceipt } from "./receipts.ts";
import { settleShared } from "./room/invitation.ts";
import { isRoom } from "./room/room.ts";
import { enqueueRoom } from "./room/tend.ts";
import type { Inflight } from "./state.ts";
import { Transaction } from "./transaction.ts";

const PAUSE_MS = 5000;
/** Of a group whose delivery list the device is not on: until somebody may have put it in anew. */
const STRUCK_PAUSE_MS = 60_000;
/** Between the first answer of a burst and its being written down at the latest: too short to be seen. */
const SENT_DELAY_MS = 50;

/** The server has stored a post. */
export function onPostOk(core: Core, frame: OkFrame): void {
  const entry = takeInflight(core, frame.requestId);
  if (entry === undefined) return;
  if (entry.kind === "receipt") settleReceipt(core, entry.conversation, entry.body);
  if (entry.kind === "invitation") settleShared(core, entry.conversation, entry.invitation);
  if (entry.kind === "profileKey") settleProfileKey(core, entry.conversation, entry.told);
  if (entry.kind === "message") {
    const orders = core.live.acknowledged.get(entry.conversation) ?? new Set<number>();
    core.live.acknowledged.set(entry.conversation, orders.add(entry.order));
    markSentSoon(core);
  }
  releaseHold(core, entry.conversation);
}

/** The server has refused a post: nothing of the conversation goes out until that is dealt with. */
export function onPostRefused(core: Core, frame: RefusedFrame): void {
  const entry = takeInflight(core, frame.requestId);
  if (entry === undefined) return;
  const held = core.live.held.get(entry.conversation) ?? { untilIndex: 0, sinceMs: 0, pauseMs: 0 };
  const untilIndex = Math.max(held.untilIndex, frame.code === "staleEpoch" ? (frame.index ?? 0) : 0);
  const pauseMs = ERRORS[frame.code].retry === "later" ? PAUSE_MS + jitter(core, PAUSE_MS) : 0;
  core.live.held.set(entry.conversation, {
    untilIndex,
    sinceMs: core.now(),
    pauseMs: Math.max(pauseMs, leftOfSpan(core, held.sinceMs, held.pauseMs)),
  });
  // The server has forgotten handshakes that this device knows: no post will ever be current again.
  const isBehind = frame.index !== undefined && frame.index < entry.index;
  if (frame.code === "notMember" && !isBehind && isFollowed(core, entry.conversation))
    holdStruck(core, entry.conversation);
  else if (isBehind || isFinal(frame.code)) giveUp(core, entry, isBehind ? "notMember" : frame.code);
  else if (entry.kind === "signal") signalAgain(core, entry.conversation, entry.body);
  releaseHold(core, entry.conversation);
}

/** Lets a held conversation go on when every answer is in, the epoch is reached and the pause is over. */
export function releaseHold(core: Core, id: ConversationId): void {
  const held = core.live.held.get(id);
  const conversation = core.state.conversations.get(id);
  if (held !== undefined && conversation !== undefined) {
    // The timer serves others too and may have come too early for this one.
    const leftMs = leftOfSpan(core, held.sinceMs, held.pauseMs);
    if (leftMs > 0) return setTimer(core, "retry", leftMs);
    if (conversation.headIndex < held.untilIndex) return;
    for (const entry of core.live.inflight.values()) if (entry.conversation === id) return;
    core.live.held.delete(id);
    core.live.resume.add(id);
    // The refused post may have been a receipt, which is made anew.
    enqueueReceipt(core, id);
  }
  enqueueSignals(core, id);
  enqueueProfileKey(core, id);
  enqueueDispatch(core, id);
  // Whoever has come in is told how others do.
  if (conversation !== undefined && isRoom(conversation)) enqueueRoom(core, id);
}

/** The server's list says that this device is no member; the group has not said so. What waits is posted again when the list has been looked at (GRP-11). */
function holdStruck(core: Core, id: ConversationId): void {
  core.live.held.set(id, { untilIndex: 0, sinceMs: core.now(), pauseMs: STRUCK_PAUSE_MS });
  scheduleListCheck(core, id);
}

function isFinal(code: ErrorCode): boolean {
  return ERRORS[code].retry === "never";
}

function giveUp(core: Core, entry: Inflight, code: ErrorCode): void {
  const { conversation: id } = entry;
  if (code === "notMember") core.enqueue({ key: `lose/${id}`, run: () => loseGroup(core, id) });
  else if (entry.kind === "message")
    core.enqueue({ key: `fail/${id}/${entry.order}`, run: () => failMessage(core, id, entry.order) });
}

function* failMessage(core: Core, id: ConversationId, order: number): Step<void> {
  const record = core.state.outbox.get(id)?.get(order);
  if (record === undefined) return;
  yield* commit(core, new Transaction().dropOutbox(record).history(historyOf(core, record, "failed")));
  emit(core, { type: "state", conversation: id, id: record.id, state: "failed" });
}

/** Writes down which messages the server has, all that are known by then. */
export function enqueueMarkSent(core: Core): void {
  if (core.live.acknowledged.size > 0) core.enqueue({ key: "markSent", run: () => markSent(core) });
}

/** Answers come one by one while others are awaited: those of a burst are written down together. */
function markSentSoon(core: Core): void {
  if (core.live.inflight.size === 0) enqueueMarkSent(core);
  else setTimer(core, "sent", SENT_DELAY_MS);
}

function* markSent(core: Core): Step<void> {
  const transaction = new Transaction();
  const further: ClientEvent[] = [];
  const sent = [...core.live.acknowledged].flatMap(([id, orders]) => {
    const records = acknowledgedRun(core, id, orders);
    const conversation = core.state.conversations.get(id);
    const last = records.at(-1);
    if (conversation !== undefined && last !== undefined) {
      const taken = { ...conversation, sentThrough: last.order, takenIndex: last.index };
      const advanced = advanceGroup(core, transaction, taken);
      transaction.conversation(advanced.conversation);
      further.push(...advanced.events);
    }
    return records;
  });
  if (sent.length > 0) yield* commit(core, transaction);
  for (const { conversation, order } of sent) forgetAcknowledged(core, conversation, order);
  for (const { conversation, id } of sent) emit(core, { type: "state", conversation, id, state: "sent" });
  for (const event of further) emit(core, event);
  // Those of a group may have waited for this to count their base.
  for (const id of new Set(sent.map(({ conversation }) => conversation))) enqueueDispatch(core, id);
}

/**
 * The first messages that wait for the server, as far as all of them are answered: the server answers in order. Answers for messages that
 * wait no more are forgotten.
 */
function acknowledgedRun(
  core: Core,
  id: ConversationId,
  orders: ReadonlySet<number>,
): readonly OutboxRecord[] {
  const posted = new Map(
    unsentOf(core.state, id).flatMap((record) =>
      record.stage === "encrypted" && record.path === "relay" ? [[record.order, record] as const] : [],
    ),
  );
  for (const order of orders) if (!posted.has(order)) forgetAcknowledged(core, id, order);
  const waiting = [...posted.values()];
  const end = waiting.findIndex(({ order }) => !orders.has(order));
  return end === -1 ? waiting : waiting.slice(0, end);
}

function forgetAcknowledged({ live }: Core, id: ConversationId, order: number): void {
  const left = live.acknowledged.get(id);
  left?.delete(order);
  if (left?.size === 0) live.acknowledged.delete(id);
}

function takeInflight(core: Core, requestId: number): Inflight | undefined {
  const entry = core.live.inflight.get(requestId);
  core.live.inflight.delete(requestId);
  return entry;
}
