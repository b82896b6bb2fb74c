/**
 * Where the own stream begins for those who have just come in (MLS-6): counted once after each handshake that adds somebody, before anything is sent
 * in its epoch, and only when no post of an earlier one is unanswered. So it is exact: what the server had taken is not for them, all else is.
 */
import type { ConversationId } from "@sotto/protocol";
import { encodeMessageBinding } from "@sotto/protocol";
import { unsentOf } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit } from "./core.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import { stageIn } from "./records/outbox.ts";
import type { StoredState } from "./state.ts";
import { isUnsent } from "./state.ts";
import { Transaction } from "./transaction.ts";

/** Nothing is sent in the epoch before the base is known. */
export function isBaseKnown({ baseIndex }: ConversationRecord): boolean {
  return baseIndex > 0;
}

/** The conversation in an epoch that somebody has entered. */
export function withOpenBase(conversation: ConversationRecord): ConversationRecord {
  const isNew = conversation.lastCounter === 0;
  return { ...conversation, base: 0, baseTakenIndex: 0, baseIndex: isNew ? conversation.headIndex : 0 };
}

/** Part of a job: counts, if that is due. False: answers are awaited first. */
export function* countBase(core: Core, id: ConversationId): Step<boolean> {
  const conversation = core.state.conversations.get(id);
  if (conversation?.state !== "active" || isBaseKnown(conversation)) return true;
  if (awaitsAnswers(core, id)) return false;
  const base = takenByServer(core.state, conversation);
  const { headIndex: baseIndex, takenIndex } = conversation;
  const baseTakenIndex = base > 0 ? takenIndex : 0;
  yield* commit(core, new Transaction().conversation({ ...conversation, base, baseTakenIndex, baseIndex }));
  return true;
}

function awaitsAnswers({ live }: Core, id: ConversationId): boolean {
  // What is answered and not written down yet would go out again after a restart.
  if (live.acknowledged.has(id)) return true;
  return [...live.inflight.values()].some(
    ({ kind, conversation }) => kind === "message" && conversation === id,
  );
}

/** The counter up to which the server is known to have the own stream. */
export function takenByServer(state: StoredState, conversation: ConversationRecord): number {
  const unsent = unsentOf(state, conversation.id).map((record) => stageIn(conversation, record));
  const counters = unsent.flatMap((record) =>
    isUnsent(record) && record.counter > 0 ? [record.counter] : [],
  );
  return counters.length === 0 ? conversation.lastCounter : Math.min(...counters) - 1;
}

/** What everything that is sent in the current epoch is bound to. */
export function currentBinding(conversation: ConversationRecord): Uint8Array {
  const { headIndex: index, headHash, base, baseTakenIndex: takenIndex } = conversation;
  if (!isBaseKnown(conversation)) throw new Error("nothing is sent before the base is known");
  return encodeMessageBinding({ index, headHash, base, takenIndex });
}
