/** ACC-13: a new password takes effect everywhere at once. */
import type { ChangePasswordRequest, Done } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { accountOf, authoriseRecent } from "../authorise.ts";
import type { RuleContext } from "../context.ts";
import { endSessions } from "./sessions.ts";
import { replaceVault } from "./vault.ts";

export function changePassword(
  tx: StoreTx,
  request: ChangePasswordRequest,
  context: RuleContext,
): Result<Done> {
  const authorised = authoriseRecent(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const session = authorised.value;
  const account = accountOf(tx, session);
  const replaced = replaceVault(tx, account.account, request.vault);
  if (!replaced.ok) return replaced;
  const { registrationRecord, sealedAccountKey } = request;
  tx.updateAccount({ ...account, registrationRecord, sealedAccountKey });
  endSessions(tx, tx.sessionsOf(account.account), context);
  tx.insertSession({
    ...session,
    session: request.newSession,
    createdAtMs: context.nowMs,
    seenAtMs: context.nowMs,
  });
  return accepted({});
}
