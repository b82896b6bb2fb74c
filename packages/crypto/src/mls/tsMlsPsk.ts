/** External pre-shared keys (RFC 9420 §8.4): proposing them, and finding those that a commit or a Welcome names. */
import { toHex } from "@sotto/protocol";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import type { Proposal, ProposalPSK } from "ts-mls/proposal.js";
import type { PskIndex } from "ts-mls/pskIndex.js";
import type { Suite } from "./tsMlsSuite.ts";
import type { KnownPsk } from "./port.ts";
import { MlsInputError } from "./port.ts";

const MAX_ID_BYTES = 255;

/** Keys that the conversation knows, by their ids in hexadecimal. */
export type PskBook = ReadonlyMap<string, KnownPsk>;

export function pskBookOf(psks: readonly KnownPsk[] | undefined): PskBook {
  return new Map((psks ?? []).map((psk) => [toHex(psk.id), psk]));
}

/** Whether the id is of an external key that the conversation knows, held here or not. */
export function isKnownPsk(book: PskBook, id: PreSharedKeyID): boolean {
  return id.psktype === "external" && book.has(toHex(id.pskId));
}

/** Whether the ids leave out a key that must be named. */
export function lacksRequiredPsk(book: PskBook, ids: readonly PreSharedKeyID[]): boolean {
  const named = new Set(ids.flatMap((id) => (id.psktype === "external" ? [toHex(id.pskId)] : [])));
  return [...book].some(([id, { required }]) => required === true && !named.has(id));
}

/** Whether two of the ids are of one key, of those that a commit of our groups may name: external keys, and the epoch's own. */
export function hasRepeatedPsk(ids: readonly PreSharedKeyID[]): boolean {
  const keys = new Set(ids.map((id) => (id.psktype === "external" ? toHex(id.pskId) : id.psktype)));
  return keys.size !== ids.length;
}

/** External keys from the book, others from the first of `held` that has them. */
export function pskIndexOf(book: PskBook, ...held: readonly PskIndex[]): PskIndex {
  return {
    findPsk(id) {
      if (id.psktype === "external") return book.get(toHex(id.pskId))?.secret ?? undefined;
      return held.map((index) => index.findPsk(id)).find((psk) => psk !== undefined);
    },
  };
}

/** Ids of the pre-shared keys that the proposals name. */
export function pskIdsOf(proposals: readonly Proposal[]): readonly PreSharedKeyID[] {
  return proposals.flatMap((proposal) =>
    proposal.proposalType === "psk" ? [proposal.psk.preSharedKeyId] : [],
  );
}

/** A proposal for each key, with a nonce of its own. Throws {@link MlsInputError} `invalid` for a key that cannot be used. */
export function pskProposals({ impl }: Suite, psks: readonly KnownPsk[] | undefined): readonly ProposalPSK[] {
  const ids = new Set(psks?.map(({ id }) => toHex(id)));
  if (ids.size !== (psks?.length ?? 0)) throw new MlsInputError("invalid", "a pre-shared key occurs twice");
  return (psks ?? []).map(({ id, secret }) => {
    if (id.length === 0 || id.length > MAX_ID_BYTES) throw new MlsInputError("invalid", "pre-shared key id");
    if (secret === null) throw new MlsInputError("invalid", "a pre-shared key is missing");
    const pskNonce = impl.rng.randomBytes(impl.kdf.size);
    return {
      proposalType: "psk",
      psk: { preSharedKeyId: { psktype: "external", pskId: id.slice(), pskNonce } },
    };
  });
}
