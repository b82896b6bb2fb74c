/** Getting out of groups (CON-9): the server is told until it answers, and a group that has been left is never entered again. */
import type { ConversationId, GroupId } from "@sotto/protocol";
import { encodeClientFrame } from "@sotto/protocol";
import { contactOf, commitEnd } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit } from "./core.ts";
import { nextRequestId } from "./posts.ts";
import { submitFrame } from "./submit.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import { Transaction } from "./transaction.ts";

/**
 * Tells the server that this device has left a group, again until it is answered. What waits in the mailbox is taken in first: with a Welcome among it
 * the device is in the group anew, and has nothing to leave.
 */
export function enqueueLeave(core: Core, group: GroupId): void {
  core.enqueue({
    key: `leave/${group}`,
    run: function* () {
      const { phase, inbox, readySequence } = core.live;
      if (phase !== "online" || inbox.length > 0 || core.state.position.cursor < readySequence) return;
      if (core.state.leaving.has(group)) yield* leave(core, group);
    },
  });
}

/**
 * Part of a job: leaves what is still to be left. Whoever opens a new pair does so before, or the other side would see the new group first and
 * send again there what it had sent in the old one.
 */
export function* settleLeaving(core: Core): Step<void> {
  for (const group of core.state.leaving) yield* leave(core, group);
}

function* leave(core: Core, group: GroupId): Step<void> {
  yield* submitFrame(core, encodeClientFrame({ type: "leave", requestId: nextRequestId(core), group }));
  yield* commit(core, new Transaction().left(group));
}

/**
 * An entry of a group that this device is out of: the server still counts it, because a request that was overtaken has put it back or opened
 * the group once more. Stores the transaction and leaves again.
 */
export function* leaveAgain(core: Core, transaction: Transaction, group: GroupId): Step<void> {
  yield* commit(core, transaction.leaving(group));
  enqueueLeave(core, group);
}

/** The device is out of a group that its user has left: what is left of it is forgotten, and the server told. Stores the transaction. */
export function* finishLeaving(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
): Step<void> {
  const { group } = conversation;
  if (group === null) return;
  yield* forgetLeft(core, transaction.leaving(group), conversation);
  enqueueLeave(core, group);
}

/**
 * A commit has put the device out of a group that its user has left. The commit has taken it off the delivery list, too; to leave now would take it
 * off again if it has been put in anew since.
 */
export function* forgetLeft(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
): Step<void> {
  const { id, group } = conversation;
  if (group === null) return;
  transaction.dropGroup(group, core.state).wishes(id, []);
  yield* commit(core, transaction.conversation({ ...conversation, group: null, pastHash: null }));
}

/**
 * The group that carries the conversation is no more, or goes on without this device: the other side of a pair has left it, or the server has lost
 * it or a part of it, or does not deliver it here. Ends the conversation; of a pair, so that either side can ask for it anew.
 */
export function* loseGroup(
  core: Core,
  id: ConversationId,
  transaction: Transaction = new Transaction(),
): Step<void> {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined || conversation.group === null) return;
  if (conversation.state === "ended") return yield* finishLeaving(core, transaction, conversation);
  const contact = contactOf(core.state, conversation);
  if (contact === undefined && conversation.facts === null) return;
  const { group } = conversation;
  if (contact !== undefined) transaction.contact({ ...contact, state: "removed" });
  // The others of a group put this device in anew; a `leave` that came late would undo that. If entries still come, leaveAgain sends one.
  if (conversation.facts === null) transaction.leaving(group);
  yield* commitEnd(core, transaction.wishes(id, []), conversation);
  if (contact !== undefined) {
    emit(core, { type: "contact", account: contact.account, userName: contact.userName, state: "removed" });
    emit(core, { type: "vaultDue" });
    enqueueLeave(core, group);
  }
}
