/**
 * How hard a new password is to guess, roughly, by the parts that people make passwords of. A hint while one types, no rule: the only rule is
 * the least length.
 */

/** The SDK refuses shorter ones. */
const MIN_PASSWORD_CHARS = 8;

export type Strength = "short" | "weak" | "fair" | "strong";

/** The first tries of whoever guesses. */
const COMMON = /password|passwort|qwert|asdf|letmein|welcome|iloveyou|admin|dragon|monkey|пароль|йцукен/gu;
const WEAK_BELOW_BITS = 40;
const STRONG_FROM_BITS = 60;

export function strengthOf(password: string, userName: string): Strength {
  if (missingChars(password) > 0) return "short";
  const bits = bitsOf(withoutGuesses(password.toLowerCase(), userName));
  if (bits < WEAK_BELOW_BITS) return "weak";
  return bits < STRONG_FROM_BITS ? "fair" : "strong";
}

/** How many characters (code points, as the SDK counts) a password is too short. */
export function missingChars(password: string): number {
  return Math.max(0, MIN_PASSWORD_CHARS - Array.from(password).length);
}

/** One character stands for a part that is guessed at once: a common word, the own name, a run as in `aaa` and `123`. */
function withoutGuesses(password: string, userName: string): string {
  const named = userName.length >= 3 ? password.replaceAll(userName, "a") : password;
  const [first = "", ...others] = Array.from(named.replace(COMMON, "a"));
  let before = first;
  let kept = first;
  for (const character of others) {
    const step = (character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0);
    if (Math.abs(step) > 1) kept += character;
    before = character;
  }
  return kept;
}

/** A word of letters is one of some thousands, however long; each other character stands for itself; each word counts once. */
function bitsOf(text: string): number {
  const parts = new Set(text.match(/\p{Script=Han}|\p{L}+|\P{L}/gu));
  return [...parts].reduce((sum, part) => sum + bitsOfPart(part), 0);
}

function bitsOfPart(part: string): number {
  if (/^\p{Script=Han}$/u.test(part)) return 10;
  const { length } = Array.from(part);
  if (/^\p{L}/u.test(part)) return Math.min(5 * length, 11 + length);
  return /^\d$/.test(part) ? 3.3 : 5;
}
