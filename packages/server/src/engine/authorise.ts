/** The one place that says who a request comes from (ACC-9), asked by every rule in its own transaction. */
import type { AccountRecord, DeviceRecord, SessionRecord } from "../ports/records.ts";
import type { FrameSender, SessionKey } from "../ports/requests.ts";
import type { Result } from "../ports/result.ts";
import { accepted, refused } from "../ports/result.ts";
import type { StoreTx } from "../ports/store.ts";
import type { RuleContext } from "./context.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What `recentLoginNeeded` says. */
const RECENT_LOGIN_MS = 5 * 60_000;

export interface AuthorisedSession {
  readonly session: SessionRecord;
  readonly account: AccountRecord;
}

export interface AuthorisedDevice extends AuthorisedSession {
  readonly device: DeviceRecord;
}

/** A session that exists and is in use. Refused: unauthorised. */
export function authoriseSession(
  tx: StoreTx,
  key: SessionKey,
  context: RuleContext,
): Result<AuthorisedSession> {
  const session = tx.session(key);
  const account = session && tx.accountById(session.account);
  if (session === undefined || account === undefined || session.seenAtMs < idleSince(context))
    return refused("unauthorised");
  if (context.nowMs - session.seenAtMs < HOUR_MS) return accepted({ session, account });
  const seen = { ...session, seenAtMs: context.nowMs };
  tx.updateSession(seen);
  return accepted({ session: seen, account });
}

/** A session of a listed device. Refused: unauthorised, noDevice. */
export function authoriseDevice(
  tx: StoreTx,
  key: SessionKey,
  context: RuleContext,
): Result<AuthorisedDevice> {
  const authorised = authoriseSession(tx, key, context);
  if (!authorised.ok) return authorised;
  const { session } = authorised.value;
  const device = session.device === null ? undefined : tx.device(session.device);
  return device === undefined ? refused("noDevice") : accepted({ ...authorised.value, device });
}

/** A session whose login is at most five minutes old (ACC-10). Refused: unauthorised, recentLoginNeeded. */
export function authoriseRecent(
  tx: StoreTx,
  key: SessionKey,
  context: RuleContext,
): Result<AuthorisedSession> {
  const authorised = authoriseSession(tx, key, context);
  if (!authorised.ok || isRecent(authorised.value.session, context)) return authorised;
  return refused("recentLoginNeeded");
}

/** The device behind a frame. Refused: unauthorised, noDevice, and replaced once a newer connection of it said hello (RLY-1). */
export function authoriseSender(
  tx: StoreTx,
  sender: FrameSender,
  context: RuleContext,
): Result<DeviceRecord> {
  const authorised = authoriseDevice(tx, sender.session, context);
  if (!authorised.ok) return authorised;
  const { device } = authorised.value;
  const replaced = sender.connection !== null && sender.connection !== device.connection;
  return replaced ? refused("replaced") : accepted(device);
}

export function isRecent(session: SessionRecord, context: RuleContext): boolean {
  return context.nowMs - session.createdAtMs <= RECENT_LOGIN_MS;
}

/** Sessions last seen before this time have ended. */
export function idleSince({ nowMs, settings }: RuleContext): number {
  return nowMs - settings.sessionIdleDays * DAY_MS;
}
