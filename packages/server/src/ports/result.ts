/** The answer to a store request: expected refusals are values of the one error table. */
import type { ErrorCode, Refusal } from "@sotto/protocol";

export type Result<T> = Accepted<T> | Refused;

export interface Accepted<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

export function accepted<T>(value: T): Accepted<T> {
  return { ok: true, value };
}

/** `detail` is shown to people: it never holds a secret. `index` goes with staleEpoch. */
export function refused(
  code: ErrorCode,
  extra: { readonly detail?: string; readonly index?: number } = {},
): Refused {
  return { ok: false, refusal: { code, ...extra } };
}
