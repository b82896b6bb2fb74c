/** Commits of this device: prepared, stored with the frame that carries them, and brought to the server until it answers (MLS-8). */
import type { ErrorCode, GroupId } from "@sotto/protocol";
import { ERRORS, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { isStopped } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit, jitter, mlsOrThrow } from "./core.ts";
import { isFollowed, scheduleListCheck } from "./group/list.ts";
import { isAsked } from "./group/plan.ts";
import { loadGroup } from "./groups.ts";
import { handshakeFrame } from "./handshakeFrame.ts";
import { loseGroup } from "./leaving.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { CommitReason } from "./records/pending.ts";
import { considerWishes, notePause, wishesOf } from "./group/wishState.ts";
import { submitFrame } from "./submit.ts";
import { Transaction } from "./transaction.ts";

/** Reasons for a commit that changes nothing but this device's keys. */
export type UpdateReason = Extract<CommitReason, "accept" | "renew">;

/** A commit that the server cannot take now, as for want of room, is brought again after this, and up to as much again. */
const REFUSED_PAUSE_MS = 30_000;

const NO_BYTES = new Uint8Array(0);

/** Prepares a commit that renews this device's keys, and submits it. */
export function enqueueCommit(
  core: Core,
  conversation: ConversationRecord["id"],
  reason: UpdateReason,
): void {
  core.enqueue({ key: `commit/${conversation}`, run: () => commitUpdate(core, conversation, reason) });
}

/** Part of a job: stores a commit with path for the conversation's next index. Does nothing if one is on its way. */
export function* commitUpdate(core: Core, id: ConversationRecord["id"], reason: UpdateReason): Step<void> {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined || conversation.group === null || isStopped(conversation)) return;
  if (core.state.pending.has(conversation.group)) return;
  if (reason === "accept" && conversation.state !== "pending") return;
  if (conversation.facts !== null) return yield* wishRenewal(core, id);
  const index = conversation.headIndex + 1;
  const group = yield* loadGroup(core, conversation.group);
  const prepared = yield* mlsOrThrow({
    op: "commit",
    group,
    intent: {
      add: [],
      remove: [],
      authenticatedData: encodeHandshakeBinding({
        conversation: idBytes(id),
        index,
        previousHash: conversation.headHash,
      }),
      joinerInfo: NO_BYTES,
    },
  });
  const frame = handshakeFrame(core, conversation.group, index, { handshake: prepared.handshake });
  const pending = {
    group: conversation.group,
    index,
    reason,
    handshake: prepared.handshake,
    next: prepared.pending,
    frame,
    takenBy: null,
  };
  yield* commit(core, new Transaction().group(prepared.group, prepared.delta).pending(pending));
  enqueueSubmit(core, conversation.group);
}

/**
 * The server does not take a commit that was made for wishes: later perhaps, or not all of them together, or not the one. A wish of the user that
 * alone is not taken has failed.
 */
function* reconsider(core: Core, id: ConversationRecord["id"], code: ErrorCode): Step<void> {
  const carried = core.live.carriedWishes.get(id) ?? [];
  core.live.claims.delete(id);
  if (ERRORS[code].retry === "later") notePause(core, id, REFUSED_PAUSE_MS + jitter(core, REFUSED_PAUSE_MS));
  else if (carried.length === 1) {
    const wishes = wishesOf(core.state, id).filter((wish) => !carried.includes(wish));
    yield* commit(core, new Transaction().wishes(id, wishes));
    if (carried.some(isAsked)) emit(core, { type: "conversation", conversation: id, change: "wishFailed" });
  } else core.live.singleWishes.add(id);
  considerWishes(core);
}

/** A group's keys are renewed by the next commit that is made there. */
function* wishRenewal(core: Core, id: ConversationRecord["id"]): Step<void> {
  const wishes = wishesOf(core.state, id);
  if (!wishes.some(({ kind }) => kind === "renew"))
    yield* commit(core, new Transaction().wishes(id, [...wishes, { kind: "renew" }]));
  considerWishes(core);
}

/** Brings a stored commit to the server, again until it is answered. */
export function enqueueSubmit(core: Core, group: GroupId): void {
  core.enqueue({ key: `submit/${group}`, run: () => submitHandshake(core, group) });
}

function* submitHandshake(core: Core, group: GroupId): Step<void> {
  const pending = core.state.pending.get(group);
  if (
    pending === undefined ||
    pending.reason === "create" ||
    pending.reason === "join" ||
    core.live.phase !== "online"
  )
    return;
  const refusal = yield* submitFrame(core, pending.frame);
  // Accepted: it comes back in order.
  if (refusal === undefined) return;
  const isBehind = refusal.index !== undefined && refusal.index < pending.index - 1;
  // Stale: another is on its way here, and decides; unless the server has forgotten some that this device knows.
  if (refusal.code === "staleEpoch" && !isBehind) return;
  const id = core.state.conversationOfGroup.get(group);
  // Struck off the list; the commit may have had its place before, and its answer was lost: then it is still to come back.
  if (refusal.code === "notMember" && !isBehind && id !== undefined && isFollowed(core, id))
    return scheduleListCheck(core, id);
  yield* commit(core, new Transaction().dropPending(group));
  if (id !== undefined && pending.reason === "wish") yield* reconsider(core, id, refusal.code);
  if (id !== undefined && (isBehind || refusal.code === "notMember")) yield* loseGroup(core, id);
}
