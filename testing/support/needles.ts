/** Searches bytes for planted secrets, in every form in which a careless program might write them. */
import { toBase64Url, toHex, utf8 } from "@sotto/protocol";

/** A secret that must not be found. */
export interface Needle {
  /** What it is, for the report; never the secret itself. */
  readonly name: string;
  readonly forms: readonly Uint8Array[];
}

export interface Finding {
  readonly needle: string;
  readonly place: string;
}

/** Shorter ones would be found by chance. */
const MIN_BYTES = 8;

/** A text: as UTF-8, UTF-16, hexadecimal, base64, and as it looks inside JSON. */
export function textNeedle(name: string, text: string): Needle {
  const utf16 = new Uint8Array(Buffer.from(text, "utf16le"));
  const json = JSON.stringify(text).slice(1, -1);
  const { forms } = bytesNeedle(name, utf8(text));
  return { name, forms: [...forms, utf16, ...(json === text ? [] : [utf8(json)])] };
}

/** Bytes such as a key: raw, as hexadecimal of either case, as base64 of either alphabet at any offset. Throws `RangeError` below 8 bytes. */
export function bytesNeedle(name: string, bytes: Uint8Array): Needle {
  if (bytes.length < MIN_BYTES) throw new RangeError(`${name} is too short to be searched for`);
  const hex = toHex(bytes);
  const base64 = base64Forms(bytes);
  const texts = [hex, hex.toUpperCase(), ...base64, ...base64.map(standardAlphabet)];
  return {
    name,
    forms: [bytes, ...new Set(texts)].map((form) => (typeof form === "string" ? utf8(form) : form)),
  };
}

/** The needles that `haystack` holds. */
export function findNeedles(
  place: string,
  haystack: Uint8Array,
  needles: readonly Needle[],
): readonly Finding[] {
  const buffer = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.length);
  return needles
    .filter(({ forms }) => forms.some((form) => buffer.includes(form)))
    .map(({ name }) => ({ needle: name, place }));
}

/** The symbols that the bytes alone decide, for each of the three offsets at which they may begin in a longer encoded text. */
function base64Forms(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor((padded.length * 8) / 6);
    return toBase64Url(padded).slice(first, last);
  });
}

function standardAlphabet(base64url: string): string {
  return base64url.replaceAll("-", "+").replaceAll("_", "/");
}
