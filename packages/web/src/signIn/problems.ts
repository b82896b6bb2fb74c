/** Where on the form a problem belongs, so that its sentence stands there and the field has the focus. */
import { SottoError } from "sotto/browser";
import { sentenceOf } from "../text/sentences.ts";
import type { Text } from "../text/text.ts";
import { isUserName } from "../text/userName.ts";
import { missingChars } from "./strength.ts";

export type Purpose = "register" | "signIn";

export interface Problem {
  readonly place: "userName" | "password" | "form";
  readonly sentence: string;
}

const FIELDS: Partial<Record<SottoError["code"], Problem["place"]>> = {
  badUserName: "userName",
  userNameTaken: "userName",
  weakPassword: "password",
  wrongCredentials: "password",
};

/** What can be said without asking the server. */
export function problemOfInput(
  purpose: Purpose,
  { userName, password }: { readonly userName: string; readonly password: string },
  t: Text,
): Problem | undefined {
  if (!isUserName(userName)) return { place: "userName", sentence: t("error.badUserName") };
  if (purpose === "register" && missingChars(password) > 0)
    return { place: "password", sentence: t("error.weakPassword") };
  if (password === "") return { place: "password", sentence: t("signIn.passwordMissing") };
  return undefined;
}

/** What a failed try says. */
export function problemOfError(error: unknown, t: Text): Problem {
  const field = error instanceof SottoError ? FIELDS[error.code] : undefined;
  return { place: field ?? "form", sentence: sentenceOf(error, t) };
}
