/**
 * The secret that this server shares with TURN servers. Unlike the server's own secrets it is chosen by the operator, so that a sample, a
 * typed word or a short one may stand there; whoever knows it can use the TURN server as much as its quotas allow (ATTACKS 8).
 */
import { inspect } from "node:util";
import { holdsSampleWord } from "../adapters/files/secretFault.ts";
import type { Kind } from "./kinds.ts";

/** A secret that no print of a configuration shows. */
export interface SharedSecret {
  reveal(): string;
  toJSON(): string;
}

/** Stands where a secret would. */
export const NOT_SHOWN = "(not shown)";

/** What is wrong: another length or other characters than a secret has, or text that no generator makes. */
export type SharedSecretFault = "form" | "sample";

/** Base64, base64url and hexadecimal, 32 characters at the least: 128 bits even of hexadecimal digits. */
const FORM = /^[A-Za-z0-9+/=_-]{32,256}$/;
/** As it reads after "a secret of". */
export const SHARED_SECRET_FORM = "32 to 256 of the characters A-Z a-z 0-9 + / = _ -";
export const HOW_TO_MAKE_ONE = "openssl rand -hex 32 prints one";
/** Random text of 32 to 256 characters has one of the longer words less than once in a million. */
const WORDS = ["coturn", "secret", "sample", "qwerty"];

export function sharedSecret(text: string): SharedSecret {
  const hidden = { reveal: () => text, toJSON: () => NOT_SHOWN, [inspect.custom]: () => NOT_SHOWN };
  return hidden;
}

export function sharedSecretFault(text: string): SharedSecretFault | undefined {
  if (!FORM.test(text)) return "form";
  return isTyped(text) || isRegular(text) ? "sample" : undefined;
}

/** A secret in a file of the configuration. It is never read from a variable or a flag, which other programs see. */
export const optionalSecret: Kind<SharedSecret | null> = {
  allowed: `a secret of ${SHARED_SECRET_FORM}, or nothing; samples and typed text are refused (${HOW_TO_MAKE_ONE})`,
  fromJson(value) {
    if (value === null || value === "") return null;
    return typeof value === "string" && sharedSecretFault(value) === undefined
      ? sharedSecret(value)
      : undefined;
  },
  fromText: () => undefined,
  isSecret: true,
};

/** Generators print hexadecimal digits with numbers among them, or letters of both cases. */
function isTyped(text: string): boolean {
  const lower = text.toLowerCase();
  const isHexadecimal = /^([0-9a-f]+|[0-9A-F]+)$/.test(text) && /\d/.test(text);
  const hasBothCases = /[a-z]/.test(text) && /[A-Z]/.test(text);
  const hasWord = holdsSampleWord(text) || WORDS.some((word) => lower.includes(word));
  return hasWord || !(isHexadecimal || hasBothCases);
}

/** Text that repeats itself, counts, or has few different characters; random text of 32 characters does less than once in 10 million. */
function isRegular(text: string): boolean {
  const codes = [...Buffer.from(text)];
  const close = codes.slice(1).filter((code, i) => Math.abs(code - (codes[i] ?? 0)) <= 1).length;
  const period = codes.findIndex((_, i) => i > 0 && codes.slice(i).every((code, j) => code === codes[j]));
  const repeats = period > 0 && period <= codes.length / 2;
  return repeats || close * 4 > codes.length * 3 || new Set(codes).size < 8;
}
