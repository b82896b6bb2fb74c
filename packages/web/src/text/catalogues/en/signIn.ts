/** English; ids are `signIn.NAME`. */
export const signIn = {
  "signIn.submitSignIn": "Sign in",
} as const;
