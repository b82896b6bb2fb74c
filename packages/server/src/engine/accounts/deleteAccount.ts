/** ACC-14: nothing of a deleted account remains but what it has delivered to others. */
import type { DeleteAccountRequest, Done } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { accountOf, authoriseRecent } from "../authorise.ts";
import { removeBlobsOfAccount } from "../blobs/removal.ts";
import type { RuleContext } from "../context.ts";
import { departEverywhere } from "../delivery/leave.ts";
import { endSessions } from "./sessions.ts";

export function deleteAccount(
  tx: StoreTx,
  request: DeleteAccountRequest,
  context: RuleContext,
): Result<Done> {
  const authorised = authoriseRecent(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const { account, userName } = accountOf(tx, authorised.value);
  if (request.userName !== userName) return refused("badRequest", { detail: "not the name of this account" });
  endSessions(tx, tx.sessionsOf(account), context);
  for (const device of tx.devicesOf(account)) {
    departEverywhere(tx, device, context);
    tx.deleteDevice(device.device);
  }
  removeBlobsOfAccount(tx, account, context);
  tx.deleteAccount(account);
  return accepted({});
}
