/**
 * What an account says of itself (PRO-1): display name, some words, a picture. It is sealed under the profile key before a server sees it. Names and
 * words of others are untrusted text, and the picture untrusted bytes: nothing here has looked at it.
 */
import { utf8 } from "./bytes.ts";
import {
  MAX_BIO_BYTES,
  MAX_BIO_CHARS,
  MAX_DISPLAY_NAME_BYTES,
  MAX_DISPLAY_NAME_CHARS,
  MAX_PROFILE_PICTURE_BYTES,
  PROFILE_SEALED_BYTES,
} from "./limits.ts";
import { bytesUpTo, codecOf, nullable, textUpTo, tuple, uint } from "./schema.ts";

export interface Profile {
  /** As {@link cleanDisplayName} leaves it; "": none, the user name stands alone. */
  readonly name: string;
  /** As {@link cleanBio} leaves it. */
  readonly bio: string;
  /** JPEG or WebP, at most MAX_PROFILE_PICTURE_BYTES. */
  readonly picture: Uint8Array | null;
}

/** What sealing adds: nonce and tag. */
const SEAL_BYTES = 12 + 16;
const FORMAT = 1;
const MARK = 0x80;
/** Hangul fillers and the like: they look like a space, or like nothing. */
const BLANKS = /[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]/gu;
/** Controls, halves of characters, what nobody has assigned a meaning to, and marks of direction: \p{Cf} but for the joiners of emoji and of scripts. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

/** Joiners with nothing to join would make an empty name, or one that looks like another. */
const LONE_JOINERS = /^[\u200c\u200d]+|[\u200c\u200d]+$|(?<=\s)[\u200c\u200d]+|[\u200c\u200d]+(?=\s)/gu;

const profileCodec = codecOf(
  tuple(
    uint(FORMAT),
    textUpTo(MAX_DISPLAY_NAME_BYTES),
    textUpTo(MAX_BIO_BYTES),
    nullable(bytesUpTo(MAX_PROFILE_PICTURE_BYTES)),
  ),
);

/** NFC on one line, without what is not seen; `undefined` when more than 64 characters (graphemes) or 256 bytes are left. */
export function cleanDisplayName(text: string): string | undefined {
  const name = visible(text.replaceAll(/\s/gu, " ")).replaceAll(/ {2,}/gu, " ").trim();
  const isShort =
    utf8(name).length <= MAX_DISPLAY_NAME_BYTES && graphemesOf(name, MAX_DISPLAY_NAME_CHARS) !== undefined;
  return isShort ? name : undefined;
}

/** The same for several lines, at most two empty ones behind each other gone; `undefined` above 500 characters or 2,000 bytes. */
export function cleanBio(text: string): string | undefined {
  const lines = text.replaceAll(/\r\n?|\u2028|\u2029/gu, "\n").split("\n");
  const bio = lines
    .map((line) => visible(line.replaceAll(/\s/gu, " ")).trimEnd())
    .join("\n")
    .replaceAll(/\n{3,}/gu, "\n\n")
    .trim();
  const isShort = utf8(bio).length <= MAX_BIO_BYTES && graphemesOf(bio, MAX_BIO_CHARS) !== undefined;
  return isShort ? bio : undefined;
}

/** The padded bytes to seal: with what sealing adds they have one of PROFILE_SEALED_BYTES. Throws `RangeError` for a profile that breaks its limits. */
export function encodeProfile({ name, bio, picture }: Profile): Uint8Array {
  if (cleanDisplayName(name) !== name || cleanBio(bio) !== bio)
    throw new RangeError("the profile breaks its own rules");
  const bytes = profileCodec.encode([FORMAT, name, bio, picture]);
  const size = PROFILE_SEALED_BYTES.find((sealed) => bytes.length + 1 + SEAL_BYTES <= sealed);
  if (size === undefined || (picture?.length ?? 0) > MAX_PROFILE_PICTURE_BYTES)
    throw new RangeError("profile too large");
  const padded = new Uint8Array(size - SEAL_BYTES);
  padded.set(bytes);
  padded[bytes.length] = MARK;
  return padded;
}

/** A profile of somebody else, cleaned; what breaks the limits after that is left out of it. `undefined` for anything else. */
export function parseProfile(padded: Uint8Array): Profile | undefined {
  let end = padded.length;
  while (end > 0 && padded[end - 1] === 0) end--;
  if (padded[end - 1] !== MARK) return undefined;
  const fields = profileCodec.decode(padded.slice(0, end - 1));
  if (fields === undefined || fields[0] !== FORMAT) return undefined;
  const [, name, bio, picture] = fields;
  return { name: cleanDisplayName(name) ?? "", bio: cleanBio(bio) ?? "", picture };
}

function visible(text: string): string {
  // Last, for marks that follow their letter only now.
  return text.replaceAll(HIDDEN, "").replaceAll(BLANKS, "").replaceAll(LONE_JOINERS, "").normalize("NFC");
}

/** Their number, `undefined` when there are more than `max`. */
function graphemesOf(text: string, max: number): number | undefined {
  let count = 0;
  for (const _ of SEGMENTER.segment(text)) if (++count > max) return undefined;
  return count;
}

// oxlint-disable-next-line no-restricted-globals -- text by the tables of Unicode: no time, no place
const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });
