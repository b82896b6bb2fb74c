/** Renewal of keys on schedule (MLS-23): whoever copied a device's state once does not read on for ever. */
import { enqueueCommit } from "./commits.ts";
import type { Core } from "./core.ts";
import { leftOfSpan, setTimer } from "./core.ts";
import { canUseRelay } from "./direct/route.ts";

const RENEWAL_MS = 7 * 24 * 3_600_000;

/** Renews this device's keys where that is due, and comes back when the next are. */
export function enqueueRenewals(core: Core): void {
  for (const conversation of core.state.conversations.values()) {
    // What cannot be now is looked at again when the device comes online.
    if (!canUseRelay(core, conversation)) continue;
    const leftMs = leftOfSpan(core, conversation.ownKeysAtMs, RENEWAL_MS);
    if (leftMs > 0) setTimer(core, "maintenance", leftMs);
    else enqueueCommit(core, conversation.id, "renew");
  }
}
