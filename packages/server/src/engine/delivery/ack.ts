/** RLY-11: what the device has stored, the server forgets. */
import type { AckRequest, Done } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseSender } from "../authorise.ts";
import type { RuleContext } from "../context.ts";

export function ack(tx: StoreTx, request: AckRequest, context: RuleContext): Result<Done> {
  const sender = authoriseSender(tx, request.sender, context);
  if (!sender.ok) return sender;
  const device = sender.value;
  // A sequence that was never given out to this mailbox says nothing about what the device has.
  const known = Math.min(request.sequence, tx.highSequence(device.mailbox));
  tx.deleteEntriesThrough(device.mailbox, known);
  tx.updateDevice({
    ...device,
    acked: Math.max(device.acked, known),
    storeCounter: Math.max(device.storeCounter, request.storeCounter),
  });
  return accepted({});
}
