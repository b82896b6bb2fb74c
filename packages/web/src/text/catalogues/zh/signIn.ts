import type { signIn as en } from "../en/signIn.ts";
import type { Translated } from "../translated.ts";

export const signIn: Translated<typeof en> = {
  "signIn.submitSignIn": "登录",
};
