/** Whole sentences for what the SDK reports. */
import { MESSAGES, SottoError } from "sotto/browser";
import type { ConnectionStatus } from "../device/connection.ts";
import type { Text } from "./text.ts";

/** What is wrong and what to do, of anything that a call has thrown. */
export function sentenceOf(error: unknown, t: Text): string {
  if (!(error instanceof SottoError)) return t("error.internal");
  // What the SDK appends to its own sentence names the case: a number, a path, the server's words.
  const detail = error.message.startsWith(MESSAGES[error.code])
    ? error.message.slice(MESSAGES[error.code].length)
    : "";
  return t(`error.${error.code}`) + detail;
}

export interface ConnectionNotice {
  readonly sentence: string;
  /** quiet: it settles by itself · warn: messages wait · stop: nothing goes on before the person acts. */
  readonly tone: "quiet" | "warn" | "stop";
  /** Signing in again would help. */
  readonly signIn: boolean;
}

type Problem = NonNullable<ConnectionStatus["reason"]>;

/** What each problem means for the person. */
const TONES: Readonly<Record<Problem, Omit<ConnectionNotice, "sentence">>> = {
  offline: { tone: "warn", signIn: false },
  timeout: { tone: "warn", signIn: false },
  serverRestored: { tone: "warn", signIn: false },
  slowDown: { tone: "warn", signIn: false },
  signedOut: { tone: "stop", signIn: true },
  noDevice: { tone: "stop", signIn: true },
  rolledBack: { tone: "stop", signIn: true },
  wrongAddress: { tone: "stop", signIn: false },
  untrusted: { tone: "stop", signIn: false },
  versionTooOld: { tone: "stop", signIn: false },
  replaced: { tone: "stop", signIn: false },
  badFrame: { tone: "stop", signIn: false },
};

/** The banner's words, or `undefined` while connected. `network` is what the browser believes about its own. */
export function connectionNotice(
  { state, reason }: ConnectionStatus,
  network: boolean,
  t: Text,
): ConnectionNotice | undefined {
  if (state === "online") return undefined;
  if (state === "connecting") return { sentence: t("shell.connecting"), tone: "quiet", signIn: false };
  const problem = reason ?? "offline";
  const unreachable = problem === "offline" || problem === "timeout";
  const unreached = network ? t("shell.noAnswer") : t("shell.noNetwork");
  return { sentence: unreachable ? unreached : t(`error.${problem}`), ...TONES[problem] };
}
