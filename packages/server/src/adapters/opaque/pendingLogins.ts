/** Logins between their two steps: in memory alone, each good for one answer within a minute. */
import { randomBytes } from "node:crypto";
import type { AccountId } from "@sotto/protocol";
import { ID_BYTES, toHex } from "@sotto/protocol";

/** A client computes its step in a fraction of a second, on a slow phone in a few. */
export const LOGIN_EXPIRY_MS = 60_000;
/** About 1 kB each. When this many are pending the oldest goes: a flood must come within one login's second to hurt it. */
const MAX_PENDING = 10_000;

export interface PendingLogin {
  readonly userName: string;
  /** The record that the login was computed with; null for an unknown user. */
  readonly registrationRecord: string | null;
  readonly state: string;
}

/** The same of a room's password. */
export interface PendingRoomLogin {
  readonly code: string;
  /** Who began it. */
  readonly account: AccountId;
  readonly registrationRecord: string | null;
  readonly state: string;
}

export interface PendingLogins<T> {
  /** Keeps a login and names it. `nowMs` never decreases. */
  add(login: T, nowMs: number): string;
  /** Hands the login out, once; `undefined` if it was never there, is used or has expired. */
  take(id: string, nowMs: number): T | undefined;
}

export function createPendingLogins<T = PendingLogin>(max: number = MAX_PENDING): PendingLogins<T> {
  // In order of expiry, because every login lives equally long.
  const pending = new Map<string, { readonly login: T; readonly expiresAtMs: number }>();

  function forgetOld(nowMs: number): void {
    for (const [id, { expiresAtMs }] of pending) {
      if (expiresAtMs > nowMs && pending.size < max) return;
      pending.delete(id);
    }
  }

  return {
    add(login, nowMs) {
      forgetOld(nowMs);
      const id = toHex(randomBytes(ID_BYTES));
      pending.set(id, { login, expiresAtMs: nowMs + LOGIN_EXPIRY_MS });
      return id;
    },
    take(id, nowMs) {
      const kept = pending.get(id);
      pending.delete(id);
      return kept !== undefined && kept.expiresAtMs > nowMs ? kept.login : undefined;
    },
  };
}
