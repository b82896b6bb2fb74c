/**
 * The safety number of two accounts: 60 digits that both see alike and compare over another channel (A8). It covers account keys, not
 * devices, so it stays when devices come and go. Typed inputs: a device id or a leaf key cannot be taken for an account key (attack 3).
 */
import type { AccountId } from "@sotto/protocol";
import { concatBytes, idBytes, utf8 } from "@sotto/protocol";
import type { CryptoProvider } from "../provider/port.ts";

declare const brand: unique symbol;

/** An account id together with its account key, as the pin or the own account has them. */
export interface AccountFingerprintInput {
  readonly [brand]: true;
  readonly account: AccountId;
  readonly accountKey: Uint8Array;
}

/** Iterations of SHA-512, as Signal's numeric fingerprints: a partial preimage costs 2^12.3 times more. */
export const SAFETY_NUMBER_ITERATIONS = 5200;

const VERSION = 1;
const DIGITS_PER_ACCOUNT = 30;
const GROUP_DIGITS = 5;
const LABEL = utf8("sotto safety number v1");

/** Names what is compared. Throws `RangeError` for a key that is none. */
export function accountFingerprintInput(account: AccountId, accountKey: Uint8Array): AccountFingerprintInput {
  if (accountKey.length !== 32) throw new RangeError("an account key has 32 bytes");
  return { account, accountKey } as AccountFingerprintInput;
}

/** Twelve groups of five digits separated by spaces: the same whichever account comes first. */
export function safetyNumber(
  provider: CryptoProvider,
  a: AccountFingerprintInput,
  b: AccountFingerprintInput,
): string {
  const halves = [digitsOf(provider, a), digitsOf(provider, b)].toSorted();
  const digits = halves.join("");
  const groups = Array.from({ length: digits.length / GROUP_DIGITS }, (_, i) =>
    digits.slice(i * GROUP_DIGITS, (i + 1) * GROUP_DIGITS),
  );
  return groups.join(" ");
}

/** 30 digits of one account: six times five bytes modulo 100,000. */
function digitsOf(provider: CryptoProvider, { account, accountKey }: AccountFingerprintInput): string {
  const identity = concatBytes(LABEL, Uint8Array.of(0, VERSION), accountKey, idBytes(account));
  let hash = provider.sha512(identity);
  for (let i = 1; i < SAFETY_NUMBER_ITERATIONS; i++) hash = provider.sha512(concatBytes(hash, accountKey));
  let digits = "";
  for (let offset = 0; digits.length < DIGITS_PER_ACCOUNT; offset += 5) {
    const value = hash.subarray(offset, offset + 5).reduce((sum, byte) => sum * 256 + byte, 0);
    digits += String(value % 100_000).padStart(GROUP_DIGITS, "0");
  }
  return digits;
}
