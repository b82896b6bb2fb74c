/** English sentences of every error, which are the SDK's own; ids are `error.CODE`. */
import type { SottoErrorCode } from "sotto";
import { MESSAGES } from "sotto/browser";

type ErrorTexts = { readonly [Code in SottoErrorCode as `error.${Code}`]: string };

export const errors = Object.fromEntries(
  Object.entries(MESSAGES).map(([code, sentence]) => [`error.${code}`, sentence]),
) as ErrorTexts;
