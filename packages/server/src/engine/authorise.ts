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

/** A session that exists and is in use. Refused: unauthorised. */
export function authoriseSession(tx: StoreTx, key: SessionKey, context: RuleContext): Result<SessionRecord> {
  const session = tx.session(key);
  if (session === undefined || session.seenAtMs < idleSince(context)) return refused("unauthorised");
  if (context.nowMs - session.seenAtMs < HOUR_MS) return accepted(session);
  const seen = { ...session, seenAtMs: context.nowMs };
  tx.updateSession(seen);
  return accepted(seen);
}

/** The listed device that the session is bound to. Refused: unauthorised, noDevice. */
export function authoriseDevice(tx: StoreTx, key: SessionKey, context: RuleContext): Result<DeviceRecord> {
  const session = authoriseSession(tx, key, context);
  if (!session.ok) return session;
  const { device: id } = session.value;
  const device = id === null ? undefined : tx.device(id);
  return device === undefined ? refused("noDevice") : accepted(device);
}

/** A session whose login is at most five minutes old (ACC-10). Refused: unauthorised, recentLoginNeeded. */
export function authoriseRecent(tx: StoreTx, key: SessionKey, context: RuleContext): Result<SessionRecord> {
  const session = authoriseSession(tx, key, context);
  if (!session.ok || isRecent(session.value, context)) return session;
  return refused("recentLoginNeeded");
}

/** The device behind a frame. Refused: unauthorised, noDevice, and replaced once a newer connection of it said hello (RLY-1). */
export function authoriseSender(
  tx: StoreTx,
  sender: FrameSender,
  context: RuleContext,
): Result<DeviceRecord> {
  const device = authoriseDevice(tx, sender.session, context);
  if (!device.ok) return device;
  const replaced = sender.connection !== null && sender.connection !== device.value.connection;
  return replaced ? refused("replaced") : device;
}

/** The account of a session; sessions never outlive it. */
export function accountOf(tx: StoreTx, { account }: SessionRecord): AccountRecord {
  const record = tx.accountById(account);
  if (record === undefined) throw new Error("a session outlived its account");
  return record;
}

export function isRecent(session: SessionRecord, context: RuleContext): boolean {
  return context.nowMs - session.createdAtMs <= RECENT_LOGIN_MS;
}

/** Sessions last seen before this time have ended. */
export function idleSince({ nowMs, settings }: RuleContext): number {
  return nowMs - settings.sessionIdleDays * DAY_MS;
}
