/** The stand-in's pre-shared keys. */
import { bytesEqual, toHex } from "@sotto/protocol";
import type { KnownPsk } from "../mls/port.ts";
import { MlsInputError } from "../mls/port.ts";
import { mix } from "./standInSeal.ts";

/** Ids and secrets in their order; all secrets are held. */
export function mixPsks(psks: readonly KnownPsk[]): Uint8Array {
  return mix("psks", ...psks.flatMap(({ id, secret }) => [id, secret ?? new Uint8Array()]));
}

/** Throws {@link MlsInputError} `invalid` as the real engine does. */
export function usablePsks(psks: readonly KnownPsk[] | undefined): readonly KnownPsk[] {
  const list = psks ?? [];
  const ids = new Set(list.map(({ id }) => toHex(id)));
  if (
    ids.size !== list.length ||
    list.some(({ id, secret }) => id.length === 0 || id.length > 255 || !secret)
  )
    throw new MlsInputError("invalid", "pre-shared key");
  return list;
}

/** What a commit that names these keys gets wrong, or `undefined`. */
export function pskFault(known: readonly KnownPsk[], named: readonly Uint8Array[]): string | undefined {
  const isNamed = ({ id }: KnownPsk): boolean => named.some((other) => bytesEqual(id, other));
  if (named.some((id) => !known.some((psk) => bytesEqual(psk.id, id)))) return "pre-shared key proposal";
  return known.every((psk) => psk.required !== true || isNamed(psk))
    ? undefined
    : "commit without the pre-shared key";
}
