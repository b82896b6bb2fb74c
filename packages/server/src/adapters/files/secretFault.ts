/**
 * What is wrong with a secret of the server that somebody else than the server has put there: an example that was copied, a word that was
 * typed, a file that everybody can read. A server that ran with one would be open to whoever knows the example (ATTACKS 8).
 */
import { statSync } from "node:fs";

/** exposed: others than the owner may read the file · size: not the bytes that a secret has · sample: bytes that no generator makes. */
export type SecretFault = "exposed" | "size" | "sample";

/** Lower-case; long enough that random text of this length holds none of them by chance (less than one in 10 million). */
const SAMPLE_WORDS = ["example", "changeme", "change-me", "change_me", "replace", "password", "placeholder"];
const OTHERS = 0o077;

/** Whether others than the owner may read, write or run the file. Windows tells nothing of them. */
export function isExposed(file: string): boolean {
  return process.platform !== "win32" && (statSync(file).mode & OTHERS) !== 0;
}

/** Judges a secret of `sizeBytes` random bytes that is kept as base64url `text`. */
export function secretFault(file: string, text: string, sizeBytes: number): SecretFault | undefined {
  if (isExposed(file)) return "exposed";
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== sizeBytes || bytes.toString("base64url") !== text) return "size";
  return isTyped(text) || !looksRandom(bytes) ? "sample" : undefined;
}

/** Text that a person has written: with a word of samples, or letters of one case only, which random text of 43 characters has once in 10^11. */
function isTyped(text: string): boolean {
  return holdsSampleWord(text) || !/[a-z]/.test(text) || !/[A-Z]/.test(text);
}

/** Whether a word of samples stands in the text, in letters of any case. */
export function holdsSampleWord(text: string): boolean {
  const lower = text.toLowerCase();
  return SAMPLE_WORDS.some((word) => lower.includes(word));
}

/** False for equal, counting, repeated and printable bytes; random ones of 32 to 128 have twice as many different values as is asked. */
function looksRandom(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  const isCounting = bytes.every((byte, i) => byte === ((first + i * (second - first)) & 0xff));
  const isPrintable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return !isCounting && !isPrintable && new Set(bytes).size * 2 >= bytes.length;
}
