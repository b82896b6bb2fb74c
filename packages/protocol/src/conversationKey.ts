/**
 * Pre-shared keys of conversations (PSK-1): 256 random bits that people hand to each other outside of Sotto, written as 64 hexadecimal digits. A
 * key that somebody could guess or look up protects nothing, so such ones are refused wherever a key comes in.
 */
import { fromHex, toHex } from "./bytes.ts";

export const CONVERSATION_KEY_BYTES = 32;

/** length: not 64 digits · digits: something else than hexadecimal digits · sample: no random key, but an example, a pattern or a text. */
export type ConversationKeyFault = "length" | "digits" | "sample";

/** A key that may be used, or what is wrong with the text. White space around it does not count. */
export function parseConversationKey(text: string): Uint8Array | ConversationKeyFault {
  const digits = text.trim().toLowerCase();
  if (!/^[0-9a-f]*$/.test(digits)) return "digits";
  const key = fromHex(digits);
  return key === undefined ? "length" : (conversationKeyFault(key) ?? key);
}

/** A fresh key from secure random bytes. */
export function newConversationKey(random: (size: number) => Uint8Array): Uint8Array {
  for (;;) {
    const key = random(CONVERSATION_KEY_BYTES);
    if (conversationKeyFault(key) === undefined) return key;
  }
}

/** As people hand it on. */
export function formatConversationKey(key: Uint8Array): string {
  return toHex(key);
}

/** What is wrong with these bytes as a key. Of random ones fewer than one in 10^12 is refused. */
export function conversationKeyFault(key: Uint8Array): ConversationKeyFault | undefined {
  if (key.length !== CONVERSATION_KEY_BYTES) return "length";
  const isSample =
    hasFewValues(key) ||
    isRepeated(toHex(key)) ||
    isCounting(key) ||
    isText(key) ||
    PUBLISHED.includes(toHex(key));
  return isSample ? "sample" : undefined;
}

/** 32 random bytes have 30 different values, give or take two. */
function hasFewValues(key: Uint8Array): boolean {
  return new Set(key).size < 12;
}

/** A pattern of up to half the digits, again and again. */
function isRepeated(digits: string): boolean {
  for (let period = 1; period <= digits.length / 2; period++)
    if (digits.slice(period) === digits.slice(0, -period)) return true;
  return false;
}

/** Each byte, or each digit, is the one before it plus the same step. */
function isCounting(key: Uint8Array): boolean {
  const digits = Array.from(toHex(key), (digit) => Number.parseInt(digit, 16));
  return hasOneStep([...key], 256) || hasOneStep(digits, 16);
}

function hasOneStep(values: readonly number[], modulus: number): boolean {
  const steps = values.slice(1).map((value, i) => (value - (values[i] as number) + modulus) % modulus);
  return new Set(steps).size === 1;
}

/** Printable ASCII from end to end: a phrase that was turned into digits. */
function isText(key: Uint8Array): boolean {
  return key.every((byte) => byte >= 0x20 && byte <= 0x7e);
}

/** Keys and hashes that stand in standards, tutorials and manuals. */
const PUBLISHED: readonly string[] = [
  // The AES-256 key of NIST SP 800-38A, appendix F.
  "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
  // SHA-256 of nothing, "abc", "test", "password", "secret", "changeme".
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
  "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
  "057ba03d6c44104863dc7361fe4578965d1887360f90a0895882e58a6248fc86",
  // The order of secp256k1, and the x coordinate of its base point.
  "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
  "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
];
