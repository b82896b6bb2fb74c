/** Logins between their two steps: in memory alone, each good for one answer within a minute. */
import { randomBytes } from "node:crypto";
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

export interface PendingLogins {
  /** Keeps a login and names it. `nowMs` never decreases. */
  add(login: PendingLogin, nowMs: number): string;
  /** Hands the login out, once; `undefined` if it was never there, is used or has expired. */
  take(id: string, nowMs: number): PendingLogin | undefined;
}

export function createPendingLogins(max: number = MAX_PENDING): PendingLogins {
  // In order of expiry, because every login lives equally long.
  const pending = new Map<string, PendingLogin & { readonly expiresAtMs: number }>();

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
      pending.set(id, { ...login, expiresAtMs: nowMs + LOGIN_EXPIRY_MS });
      return id;
    },
    take(id, nowMs) {
      const login = pending.get(id);
      pending.delete(id);
      return login !== undefined && login.expiresAtMs > nowMs ? login : undefined;
    },
  };
}
