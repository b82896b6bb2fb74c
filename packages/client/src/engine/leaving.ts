/** Getting out of groups (CON-9): the server is told until it answers, and a group that has been left is never entered again. */
import type { GroupId } from "@sotto/protocol";
import { encodeClientFrame } from "@sotto/protocol";
import { submitFrame } from "./commits.ts";
import type { Core, Step } from "./core.ts";
import { commit } from "./core.ts";
import { nextRequestId } from "./posts.ts";
import { Transaction } from "./transaction.ts";

/** Tells the server that this device has left a group, again until it is answered. */
export function enqueueLeave(core: Core, group: GroupId): void {
  core.enqueue({
    key: `leave/${group}`,
    run: function* () {
      if (core.live.phase === "online" && core.state.leaving.has(group)) yield* leave(core, group);
    },
  });
}

/**
 * Part of a job: leaves what is still to be left. Whoever opens a new pair does so before, or the other side would see the new group first and
 * send again there what it had sent in the old one.
 */
export function* settleLeaving(core: Core): Step<void> {
  for (const group of [...core.state.leaving]) yield* leave(core, group);
}

function* leave(core: Core, group: GroupId): Step<void> {
  yield* submitFrame(encodeClientFrame({ type: "leave", requestId: nextRequestId(core), group }));
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
