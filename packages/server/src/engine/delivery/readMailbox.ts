/** Reading the own mailbox: entries in order, and payloads that they name. */
import type {
  BodyRequest,
  ReadMailboxRequest,
  ReadMailboxValue,
  RequestValues,
} from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice, authoriseSender } from "../authorise.ts";
import type { RuleContext } from "../context.ts";

export function readMailbox(
  tx: StoreTx,
  request: ReadMailboxRequest,
  context: RuleContext,
): Result<ReadMailboxValue> {
  const sender = authoriseSender(tx, request.sender, context);
  if (!sender.ok) return sender;
  return accepted(tx.readEntries(sender.value.mailbox, request.after, request.maxEntries, request.maxBytes));
}

/** RLY-14: knowing a hash is not enough, the device's own mailbox must name it. */
export function body(tx: StoreTx, request: BodyRequest, context: RuleContext): Result<RequestValues["body"]> {
  const device = authoriseDevice(tx, request.session, context);
  if (!device.ok) return device;
  const bytes = tx.payload(device.value.mailbox, request.hash);
  return bytes === undefined ? refused("notFound") : accepted({ bytes });
}
