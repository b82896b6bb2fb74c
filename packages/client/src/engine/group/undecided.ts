/**
 * A device that cannot tell what the others make of a commit (MLS-9), or to which a handshake was not shown, goes no further in its group. It goes off the delivery list, which tells the
 * others, and waits until somebody else than the committer puts it in anew (GRP-12).
 */
import type { CommitEffect } from "@sotto/crypto";
import type { AccountId, ConversationId } from "@sotto/protocol";
import { encodeClientFrame } from "@sotto/protocol";
import { isStopped } from "../conversations.ts";
import type { Core, Step } from "../core.ts";
import { commit } from "../core.ts";
import { nextRequestId } from "../posts.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import type { Wish } from "../records/wish.ts";
import { isForeignStore } from "../serverStore.ts";
import type { StoredState } from "../state.ts";
import { submitFrame } from "../submit.ts";
import { Transaction } from "../transaction.ts";
import { isAsked, withWish } from "./plan.ts";
import { wishesOf } from "./wishState.ts";

type Reenter = Extract<Wish, { kind: "reenter" }>;

/** Remembers that the device is to be put in anew. A handshake in its own name, or of nobody known, counts as its own account's. */
export function noteUndecided(
  core: Core,
  transaction: Transaction,
  id: ConversationId,
  effect: CommitEffect | undefined,
): void {
  const account = effect?.change.committer?.credential.account ?? core.state.identity.account;
  transaction.wishes(id, withWish(wishesOf(core.state, id), { kind: "reenter", account, told: false }));
}

/** Whose commit the device could not follow, while it waits for being put in anew. */
export function undecidedOver(state: Pick<StoredState, "wishes">, id: ConversationId): AccountId | undefined {
  return reenterOf(state, id)?.account;
}

/** The device is in anew: what its user has asked for is still wanted, what it was to do for others may be done. */
export function forgetUndecided({ state }: Core, transaction: Transaction, id: ConversationId): void {
  const wishes = wishesOf(state, id);
  if (wishes.some(({ kind }) => kind === "reenter"))
    transaction.wishes(
      id,
      wishes.filter((wish) => isAsked(wish) || wish.kind === "renew"),
    );
}

function reenterOf(state: Pick<StoredState, "wishes">, id: ConversationId): Reenter | undefined {
  return wishesOf(state, id).find((wish) => wish.kind === "reenter");
}

/** Tells the others of every group that this device cannot follow. */
export function enqueueStepsOff(core: Core): void {
  for (const { id } of waiting(core)) core.enqueue({ key: `stepOff/${id}`, run: () => stepOff(core, id) });
}

function waiting({ state }: Core): readonly ConversationRecord[] {
  return [...state.conversations.values()].filter(
    (conversation) => isStopped(conversation) && reenterOf(state, conversation.id)?.told === false,
  );
}

/** What waits in the mailbox is taken in first: with a Welcome among it the device is in the group anew, and would take itself out. */
function* stepOff(core: Core, id: ConversationId): Step<void> {
  const { phase, inbox, readySequence } = core.live;
  if (phase !== "online" || inbox.length > 0 || core.state.position.cursor < readySequence) return;
  const conversation = waiting(core).find((one) => one.id === id);
  if (conversation?.group == null || isForeignStore(core)) return;
  const { group } = conversation;
  yield* submitFrame(core, encodeClientFrame({ type: "leave", requestId: nextRequestId(core), group }));
  yield* tell(core, new Transaction(), id, true);
}

/** A Welcome that is not taken: the others think that the device is in. */
export function* stepOffAgain(core: Core, transaction: Transaction, id: ConversationId): Step<void> {
  yield* tell(core, transaction, id, false);
  enqueueStepsOff(core);
}

function* tell(core: Core, transaction: Transaction, id: ConversationId, told: boolean): Step<void> {
  const reenter = reenterOf(core.state, id);
  if (reenter !== undefined) transaction.wishes(id, withWish(wishesOf(core.state, id), { ...reenter, told }));
  yield* commit(core, transaction);
}
