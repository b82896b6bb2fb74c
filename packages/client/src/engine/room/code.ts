/** Room codes and passwords (ROOM-14): how they are made, shown and typed. Crockford's base32 has no i, l, o and u, so that nobody takes one character for another. */
import { MAX_ROOM_PASSWORD_BYTES, ROOM_CODE_PATTERN, utf8 } from "@sotto/protocol";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
/** 60 bits: nobody finds a room by trying. */
const CODE_CHARS = 12;
/** 80 bits: whoever has the server's record of it cannot try them all. */
const PASSWORD_CHARS = 16;
/** Of passwords that somebody has chosen. */
const MIN_CHOSEN_CHARS = 12;

type Random = (size: number) => Uint8Array;

export function newRoomCode(random: Random): string {
  return randomText(random, CODE_CHARS);
}

/** `abcd-efgh-jkmn-pqrs`. */
export function newRoomPassword(random: Random): string {
  return grouped(randomText(random, PASSWORD_CHARS));
}

/** The code in what somebody has typed; `undefined`: it is none. */
export function roomCodeOf(typed: string): string | undefined {
  const code = canonical(typed);
  return ROOM_CODE_PATTERN.test(code) ? code : undefined;
}

/** A code as it is shown: `abcd-efgh-jkmn`. */
export function shownRoomCode(code: string): string {
  return grouped(code);
}

/** The password that is meant: a generated one however it was typed, any other as it is. */
export function roomPasswordOf(typed: string): string {
  const text = canonical(typed);
  const isGenerated =
    text.length === PASSWORD_CHARS && Array.from(text).every((char) => ALPHABET.includes(char));
  return isGenerated ? grouped(text) : typed.normalize("NFC");
}

/** Whether somebody may choose it for a room. */
export function isRoomPassword(password: string): boolean {
  return Array.from(password).length >= MIN_CHOSEN_CHARS && utf8(password).length <= MAX_ROOM_PASSWORD_BYTES;
}

function randomText(random: Random, chars: number): string {
  // A byte's lower five bits are uniform.
  return Array.from(random(chars), (byte) => ALPHABET[byte & 31]).join("");
}

function grouped(text: string): string {
  return (text.match(/.{1,4}/g) ?? []).join("-");
}

function canonical(typed: string): string {
  return typed.toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");
}
