/** Sessions: who one is, opening after a login, ending (ACC-8, ACC-12). The password's mathematics happens before, outside of transactions. */
import type {
  AccountKeys,
  AuthenticateRequest,
  Done,
  LoginRecordRequest,
  LogoutRequest,
  OpenSessionRequest,
  RequestValues,
  SessionInfo,
} from "../../ports/requests.ts";
import type { SessionRecord } from "../../ports/records.ts";
import type { Accepted, Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { accountOf, authoriseSession, isRecent } from "../authorise.ts";
import type { RuleContext } from "../context.ts";

export function authenticate(
  tx: StoreTx,
  request: AuthenticateRequest,
  context: RuleContext,
): Result<SessionInfo> {
  const authorised = authoriseSession(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const session = authorised.value;
  const account = accountOf(tx, session);
  // A revoked device's sessions are gone, so a bound one names a listed device.
  return accepted({
    account: account.account,
    userName: account.userName,
    device: session.device,
    recent: isRecent(session, context),
  });
}

export function loginRecord(
  tx: StoreTx,
  { userName }: LoginRecordRequest,
): Accepted<RequestValues["loginRecord"]> {
  return accepted({ registrationRecord: tx.accountByName(userName)?.registrationRecord ?? null });
}

/** A login begun with a password that was changed meanwhile opens nothing. */
export function openSession(
  tx: StoreTx,
  request: OpenSessionRequest,
  { nowMs }: RuleContext,
): Result<AccountKeys> {
  const account = tx.accountByName(request.userName);
  if (account === undefined || account.registrationRecord !== request.registrationRecord)
    return refused("wrongCredentials");
  tx.insertSession({
    session: request.session,
    account: account.account,
    device: null,
    createdAtMs: nowMs,
    seenAtMs: nowMs,
  });
  return accepted({
    account: account.account,
    deviceList: account.deviceList,
    sealedAccountKey: account.sealedAccountKey,
    vault: tx.vault(account.account),
  });
}

export function logout(tx: StoreTx, request: LogoutRequest, context: RuleContext): Result<Done> {
  const authorised = authoriseSession(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const session = authorised.value;
  endSessions(tx, request.everywhere ? tx.sessionsOf(session.account) : [session], context);
  return accepted({});
}

/** Deletes the sessions and tells the connections that were made with them. */
export function endSessions(tx: StoreTx, sessions: readonly SessionRecord[], context: RuleContext): void {
  if (sessions.length === 0) return;
  for (const { session } of sessions) tx.deleteSession(session);
  context.notify({ type: "sessionsEnded", sessions: sessions.map(({ session }) => session) });
}
