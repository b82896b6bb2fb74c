/** RLY-26: the server had no room in this device's mailbox, and left out some of what was sent to a group. */
import type { MissedEntry } from "@sotto/protocol";
import type { Core, Step } from "./core.ts";
import { commit, emit } from "./core.ts";
import { scheduleListCheck } from "./group/list.ts";
import { Transaction } from "./transaction.ts";

/** Shown as messages that are missing: which they were, and whose, shows when their senders write again (MSG-4). */
export function* receiveMissed(core: Core, entry: MissedEntry): Step<void> {
  yield* commit(core, new Transaction().cursor(entry.sequence));
  const conversation = core.state.conversationOfGroup.get(entry.group);
  if (conversation === undefined) return;
  emit(core, { type: "conversation", conversation, change: "gap" });
  // It may be off the delivery list.
  if (core.state.conversations.get(conversation)?.facts) scheduleListCheck(core, conversation);
}
