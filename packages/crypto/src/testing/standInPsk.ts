/** The stand-in's pre-shared keys. */
import { toHex } from "@sotto/protocol";
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
