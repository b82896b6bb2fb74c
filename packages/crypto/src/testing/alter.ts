/**
 * Alterations of a decoded MLS structure: one field is another, missing or there twice, and the whole is encoded anew. Such bytes pass
 * every decoder, so what is tested behind it are the checks.
 */
import { attempt } from "../mls/tsMlsCodec.ts";
import { decodeMlsMessage, encodeMlsMessage } from "ts-mls/message.js";

/** A whole number from 0 to `below` - 1. */
export type Dice = (below: number) => number;

/** The message with one field altered; `undefined` if its bytes are none or the altered value has no encoding. */
export function alterMessage(bytes: Uint8Array, dice: Dice): Uint8Array | undefined {
  return attempt(() => {
    const message = decodeMlsMessage(bytes.slice(), 0)?.[0];
    return message && encodeMlsMessage(alterValue(message, dice));
  });
}

const NUMBERS = [0, 1, 2, 3, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1];

/** Words of the library's enumerations. */
const WORDS = (
  "add update remove psk reinit external_init group_context_extensions application proposal commit member external " +
  "new_member_proposal new_member_commit key_package basic x509 leaf parent resumption branch mls10 reference " +
  "mls_public_message mls_private_message mls_welcome mls_group_info mls_key_package " +
  "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519 MLS_256_XWING_AES256GCM_SHA512_Ed25519"
).split(" ");

/**
 * A copy with one of its fields altered, each as likely as any other. The type stays on paper only: the value may be one that the
 * library would never make.
 */
export function alterValue<T>(value: T, dice: Dice): T {
  const fields = countFields(value);
  return alterAt(value, dice(Math.max(1, fields)), dice, value).value as T;
}

/** Lists count as a field of their own: their length can be wrong. */
function countFields(value: unknown): number {
  if (value instanceof Uint8Array || typeof value !== "object" || value === null)
    return value === undefined ? 0 : 1;
  const own = Array.isArray(value) ? 1 : 0;
  return Object.values(value).reduce<number>((sum, field) => sum + countFields(field), own);
}

interface Altered {
  readonly value: unknown;
  /** Fields still to pass before the one to alter; negative once it is done. */
  readonly left: number;
}

function alterAt(value: unknown, left: number, dice: Dice, whole: unknown): Altered {
  if (left < 0 || value === undefined) return { value, left };
  if (value instanceof Uint8Array || typeof value !== "object" || value === null)
    return left === 0 ? { value: alterField(value, dice, whole), left: -1 } : { value, left: left - 1 };
  if (Array.isArray(value)) {
    if (left === 0) return { value: alterList(value, dice), left: -1 };
    let rest = left - 1;
    const list = value.map((item: unknown) => {
      const altered = alterAt(item, rest, dice, whole);
      rest = altered.left;
      return altered.value;
    });
    return { value: list, left: rest };
  }
  let rest = left;
  const entries = Object.entries(value).map(([name, field]) => {
    const altered = alterAt(field, rest, dice, whole);
    rest = altered.left;
    return [name, altered.value] as const;
  });
  return { value: Object.fromEntries(entries), left: rest };
}

function alterField(value: unknown, dice: Dice, whole: unknown): unknown {
  if (value instanceof Uint8Array) return alterOctets(value, dice, whole);
  if (typeof value === "number") return pick([value + 1, Math.max(0, value - 1), ...NUMBERS], dice);
  if (typeof value === "bigint") return pick([value + 1n, value - 1n, 0n, 2n ** 53n, 2n ** 64n - 1n], dice);
  if (typeof value === "boolean") return !value;
  return pick(WORDS, dice);
}

/** Other octets: one bit, another length, all zero, or those of another field. */
function alterOctets(bytes: Uint8Array, dice: Dice, whole: unknown): Uint8Array {
  const copy = bytes.slice();
  switch (dice(6)) {
    case 0:
      return copy.subarray(0, dice(bytes.length + 1));
    case 1:
      return Uint8Array.of(...copy, ...new Uint8Array(1 + dice(40)));
    case 2:
      return copy.fill(dice(2) * 255);
    case 3:
      return pick(octetsIn(whole), dice).slice();
    default: {
      if (copy.length === 0) return Uint8Array.of(dice(256));
      const at = dice(copy.length);
      copy[at] = (copy[at] as number) ^ (1 << dice(8));
      return copy;
    }
  }
}

function alterList(list: readonly unknown[], dice: Dice): readonly unknown[] {
  if (list.length === 0) return list;
  const at = dice(list.length);
  switch (dice(5)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(at, 0, list[dice(list.length)]);
    case 2:
      return list.with(at, list[dice(list.length)]);
    case 3:
      return list.toReversed();
    default:
      return list.slice(0, at);
  }
}

function octetsIn(value: unknown): readonly Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(octetsIn) : [];
}

function pick<T>(items: readonly T[], dice: Dice): T {
  return items[dice(items.length)] as T;
}
