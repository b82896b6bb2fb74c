import type { Text } from "../text/text.ts";
import { missingChars, strengthOf } from "./strength.ts";

/** How hard a new password is to guess, or how long one must be. */
export function strengthText(password: string, userName: string, t: Text): string {
  if (password === "") return t("signIn.passwordRule");
  switch (strengthOf(password, userName)) {
    case "short":
      return t("signIn.passwordShort", { count: missingChars(password) });
    case "weak":
      return t("signIn.passwordWeak");
    case "fair":
      return t("signIn.passwordFair");
    case "strong":
      return t("signIn.passwordStrong");
  }
}
