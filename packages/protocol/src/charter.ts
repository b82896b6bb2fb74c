/**
 * What the members of a group have agreed on (GRP-2): its name, who may do what, and how one comes in. It lies in the MLS group context, so that all members of an
 * epoch, and all who join it, have the same bytes.
 */
import { compareBytes, utf8 } from "./bytes.ts";
import type { AccountId } from "./ids.ts";
import { idBytes, idOf } from "./ids.ts";
import { ID_BYTES, KEY_ID_BYTES, MAX_GROUP_ADMINS, MAX_GROUP_NAME_BYTES } from "./limits.ts";
import { arrayOf, bool, bytesOf, codecOf, nullable, textUpTo, tuple, uint } from "./schema.ts";

export interface Charter {
  /** Without line breaks and controls, 1 to {@link MAX_GROUP_NAME_BYTES} bytes of UTF-8. */
  readonly name: string;
  readonly owner: AccountId;
  /** Ascending, the owner not among them, at most {@link MAX_GROUP_ADMINS}. Accounts that are no members any more may still be named: that gives them nothing. */
  readonly admins: readonly AccountId[];
  /** Names the pre-shared key that everybody who comes in must hold, {@link KEY_ID_BYTES}; null: none is needed. */
  readonly keyId: Uint8Array | null;
  /** Whether devices of other accounts may come in by themselves, with what the room's password opens. */
  readonly room: boolean;
}

const FORMAT = 1;
const charterCodec = codecOf(
  tuple(
    uint(FORMAT),
    textUpTo(MAX_GROUP_NAME_BYTES),
    bytesOf(ID_BYTES),
    arrayOf(bytesOf(ID_BYTES), MAX_GROUP_ADMINS),
    nullable(bytesOf(KEY_ID_BYTES)),
    bool,
  ),
);

/** Throws `RangeError` for a charter that `decodeCharter` would not take. */
export function encodeCharter({ name, owner, admins, keyId, room }: Charter): Uint8Array {
  const bytes = charterCodec.encode([FORMAT, name, idBytes(owner), admins.map(idBytes), keyId, room]);
  if (decodeCharter(bytes) === undefined) throw new RangeError("the charter breaks its own rules");
  return bytes;
}

/** The charter, or `undefined` if the bytes are not the one encoding of one. */
export function decodeCharter(bytes: Uint8Array): Charter | undefined {
  const fields = charterCodec.decode(bytes);
  if (fields === undefined || fields[0] !== FORMAT) return undefined;
  const [, name, owner, admins, keyId, room] = fields;
  const ascending = admins.every(
    (admin, i) => i === 0 || compareBytes(admins[i - 1] as Uint8Array, admin) < 0,
  );
  if (!ascending || admins.some((admin) => compareBytes(admin, owner) === 0)) return undefined;
  return isGroupName(name)
    ? { name, owner: idOf(owner), admins: admins.map((admin) => idOf(admin)), keyId, room }
    : undefined;
}

/** Whether a group may be called that: see {@link Charter.name}. Spaces at the ends and in a row are not taken: they would make two names look alike. */
export function isGroupName(name: string): boolean {
  if (name.length === 0 || utf8(name).length > MAX_GROUP_NAME_BYTES) return false;
  return (
    name === name.trim() &&
    !/\s\s|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(name)
  );
}

/** The same charter with these admins, in their order. */
export function withAdmins(charter: Charter, admins: Iterable<AccountId>): Charter {
  const others = new Set(admins);
  others.delete(charter.owner);
  return { ...charter, admins: [...others].toSorted((a, b) => compareBytes(idBytes(a), idBytes(b))) };
}
