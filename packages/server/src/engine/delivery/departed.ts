/** RLY-10: those on a delivery list learn that a mailbox has gone off it other than by a handshake. */
import type { GroupId, MailboxId } from "@sotto/protocol";
import type { StoreTx } from "../../ports/store.ts";
import type { RuleContext } from "../context.ts";
import { wholeBody } from "../frames/entryFrame.ts";
import { deliver } from "./deliver.ts";

export function tellDeparted(
  tx: StoreTx,
  context: RuleContext,
  group: GroupId,
  mailbox: MailboxId,
  to: readonly MailboxId[],
): void {
  deliver(tx, context, wholeBody({ type: "departed", group, mailbox }), to);
}
