/** From the server's answers to values, or to the error that the user sees. */
import type { ErrorCode } from "@sotto/protocol";
import type { SottoError, SottoErrorCode } from "../api.ts";
import type { ApiAnswer } from "../http/serverApi.ts";
import { sottoError } from "../sdk/messages.ts";

/** Refusals that have words of their own; every other is `refused` with the server's words. */
const CODES: Partial<Record<ErrorCode, SottoErrorCode>> = {
  badUserName: "badUserName",
  wrongCredentials: "wrongCredentials",
  userNameTaken: "userNameTaken",
  registrationClosed: "registrationClosed",
  unauthorised: "signedOut",
  noDevice: "noDevice",
  slowDown: "slowDown",
  versionUnsupported: "versionTooOld",
};

/** The value of an accepted call. Throws {@link SottoError}. */
export function valueOf<T>(answer: ApiAnswer<T>): T {
  if (answer.kind === "ok") return answer.value;
  throw failureOf(answer);
}

/** The error of a call that was not accepted. */
export function failureOf(answer: Exclude<ApiAnswer<unknown>, { kind: "ok" }>): SottoError {
  if (answer.kind === "unreachable") return sottoError(answer.reason);
  const code = CODES[answer.code];
  return code === undefined ? sottoError("refused", answer.detail ?? answer.code) : sottoError(code);
}
