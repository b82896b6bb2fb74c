/** Leaving a group (GRP-10): for the user at once, for the others when their order has the request. */
import type { Command, CommandResult } from "../contract.ts";
import { commitEnd } from "../conversations.ts";
import type { Core, Step } from "../core.ts";
import { refusal } from "../core.ts";
import { enqueueLeave } from "../leaving.ts";
import { Transaction } from "../transaction.ts";
import { giveUp, waitingFor } from "./waiting.ts";
import { isLeaving } from "./wishState.ts";
import { enqueueWishes } from "./wishes.ts";

export function* leaveGroup(
  core: Core,
  { conversation: id }: Extract<Command, { kind: "leaveGroup" }>,
): Step<CommandResult> {
  const waiting = waitingFor(core.state, id);
  if (waiting !== undefined && !core.state.conversationOfGroup.has(waiting.group)) {
    yield* giveUp(core, new Transaction(), waiting);
    return { ok: true, conversation: id };
  }
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined) return refusal("unknownConversation");
  const { facts, group } = conversation;
  if (facts === null) return refusal("notGroup");
  if (isLeaving(core.state, id)) return { ok: true, conversation: id };
  if (group === null) return refusal("conversationEnded");
  const { account } = core.state.identity;
  const others = facts.members.filter((member) => member !== account);
  if (others.length > 0 && facts.charter.owner === account && conversation.state === "active")
    return refusal("ownerLeaves");
  if (conversation.state === "active") {
    yield* commitEnd(core, new Transaction().wishes(id, [{ kind: "leave" }]), conversation, true);
    enqueueWishes(core, id);
  } else {
    // A device that cannot follow the order has no place in it for a request: it just goes.
    yield* commitEnd(core, new Transaction().wishes(id, []).leaving(group), conversation);
    enqueueLeave(core, group);
  }
  return { ok: true, conversation: id };
}
