/**
 * Byte helpers shared by every package: concatenation, comparison, hexadecimal and base64url.
 * None of them is constant-time; secrets are compared with `@sotto/crypto`.
 */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE64URL_VALUE = new Map(Array.from(BASE64URL).map((symbol, value) => [symbol, value]));

/** Joins the parts into one new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const joined = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** True when both hold the same bytes. For public values only: it returns at the first difference. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Unsigned comparison byte by byte, shorter first: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return (bytes as NativeHex).toHex?.() ?? hexDigits(bytes);
}

/** ECMAScript 2026; platforms of the last year have it, and make one string where sixteen would be joined. */
interface NativeHex {
  toHex?(): string;
}

function hexDigits(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** The bytes of a lower- or upper-case hexadecimal text, or `undefined` if it is none. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = hexDigit(text.charCodeAt(2 * i));
    const low = hexDigit(text.charCodeAt(2 * i + 1));
    if (high === NO_DIGIT || low === NO_DIGIT) return undefined;
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

const NO_DIGIT = -1;

/** Value of the hexadecimal digit with this character code. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : NO_DIGIT;
}

/** RFC 4648 §5 without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group =
      ((bytes[i] as number) << 16) |
      ((left > 1 ? (bytes[i + 1] as number) : 0) << 8) |
      (left > 2 ? (bytes[i + 2] as number) : 0);
    text += BASE64URL.charAt(group >> 18) + BASE64URL.charAt((group >> 12) & 63);
    if (left > 1) text += BASE64URL.charAt((group >> 6) & 63);
    if (left > 2) text += BASE64URL.charAt(group & 63);
  }
  return text;
}

/** The bytes of an unpadded base64url text, or `undefined` if it is not the canonical form of any. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let group = 0;
  let bits = 0;
  let offset = 0;
  for (const symbol of text) {
    const value = BASE64URL_VALUE.get(symbol);
    if (value === undefined) return undefined;
    group = ((group << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[offset++] = (group >> bits) & 0xff;
    }
  }
  return (group & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}

/** UTF-8 of the text. Lone surrogates become U+FFFD. */
export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** The text of valid UTF-8, or `undefined`. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8Decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
