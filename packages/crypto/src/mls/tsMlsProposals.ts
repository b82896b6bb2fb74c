/**
 * What the handshakes of the current epoch leave behind until it ends: standalone proposals that wait for a commit (RFC 9420 §12.1), and
 * which places in the order this device has sent something for.
 */
import { arrayOf, bytesEqual, bytesOf, bytesUpTo, codecOf, nullable, tuple, uint } from "@sotto/protocol";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import type { Proposal } from "ts-mls/proposal.js";
import { decodeProposal, proposalEncoder } from "ts-mls/proposal.js";
import type { ProposalOrRef } from "ts-mls/proposalOrRefType.js";
import type { Sender } from "ts-mls/sender.js";
import type { UnappliedProposals } from "ts-mls/unappliedProposals.js";
import type { UpdatePath } from "ts-mls/updatePath.js";
import { bytesToBase64 } from "ts-mls/util/byteArray.js";

/** A proposal whose signature has been verified, with its reference (RFC 9420 §5.2). */
export interface NotedProposal {
  readonly reference: Uint8Array;
  readonly proposal: Proposal;
  /** Leaf of its sender; `undefined` for one from outside, which only foreign groups have. */
  readonly sender: number | undefined;
}

/** What a commit proposes and who sent it. */
export interface ProposalList {
  /** In the commit's order, each with its sender. */
  readonly resolved: readonly NotedProposal[];
  readonly sender: Sender;
  readonly path: UpdatePath | undefined;
}

export interface EpochHandshakes {
  readonly noted: readonly NotedProposal[];
  /** SHA-256 of the authenticated data of every own handshake, whatever became of it. */
  readonly sent: readonly Uint8Array[];
}

/** An epoch without handshakes yet. */
export const NO_HANDSHAKES: EpochHandshakes = { noted: [], sent: [] };

const MAX_PROPOSAL_BYTES = 1024 * 1024;
const MAX_NOTED = 4096;
const MAX_SENT = 65_536;
const codec = codecOf(
  tuple(
    arrayOf(tuple(bytesUpTo(64), bytesUpTo(MAX_PROPOSAL_BYTES), nullable(uint())), MAX_NOTED),
    arrayOf(bytesOf(32), MAX_SENT),
  ),
);
const encodeProposal = encode(proposalEncoder);

/** Leaves of members who asked to leave. */
export function leaversOf({ noted }: EpochHandshakes): readonly number[] {
  return leaversIn(noted);
}

/** Leaves whose own request to leave is among the proposals. */
export function leaversIn(proposals: readonly NotedProposal[]): readonly number[] {
  return proposals.flatMap(({ proposal, sender }) =>
    sender !== undefined && proposal.proposalType === "remove" && proposal.remove.removed === sender
      ? [sender]
      : [],
  );
}

export function withNoted(handshakes: EpochHandshakes, proposal: NotedProposal): EpochHandshakes {
  return { ...handshakes, noted: [...handshakes.noted, proposal] };
}

export function withSent(handshakes: EpochHandshakes, digest: Uint8Array): EpochHandshakes {
  return hasSent(handshakes, digest) ? handshakes : { ...handshakes, sent: [...handshakes.sent, digest] };
}

export function hasSent({ sent }: EpochHandshakes, digest: Uint8Array): boolean {
  return sent.some((other) => bytesEqual(other, digest));
}

/** The proposals of a commit's list with their senders; `undefined` if one refers to nothing. */
export function resolveProposals(
  { noted }: EpochHandshakes,
  list: readonly ProposalOrRef[],
  committer: number | undefined,
): readonly NotedProposal[] | undefined {
  const resolved = list.map((item): NotedProposal | undefined =>
    item.proposalOrRefType === "proposal"
      ? { reference: new Uint8Array(), proposal: item.proposal, sender: committer }
      : noted.find(({ reference }) => bytesEqual(reference, item.reference)),
  );
  return resolved.every((item) => item !== undefined) ? resolved : undefined;
}

/** The library's form. */
export function unappliedOf({ noted }: EpochHandshakes): UnappliedProposals {
  return Object.fromEntries(
    noted.map(({ reference, proposal, sender }) => [
      bytesToBase64(reference),
      { proposal, senderLeafIndex: sender },
    ]),
  );
}

export function encodeHandshakes({ noted, sent }: EpochHandshakes): Uint8Array {
  return codec.encode([noted.map(notedFields), sent]);
}

export function decodeHandshakes(bytes: Uint8Array): EpochHandshakes | undefined {
  const fields = codec.decode(bytes);
  const noted = fields?.[0].map(notedOf);
  return fields && noted?.every((item) => item !== undefined) ? { noted, sent: fields[1] } : undefined;
}

/** Fields of {@link notedShape}. */
export function notedFields({
  reference,
  proposal,
  sender,
}: NotedProposal): [Uint8Array, Uint8Array, number | null] {
  return [reference, encodeProposal(proposal), sender ?? null];
}

/** May throw, as the library's decoders do. */
export function notedOf([reference, bytes, sender]: readonly [Uint8Array, Uint8Array, number | null]):
  | NotedProposal
  | undefined {
  const decoded = decodeProposal(bytes, 0);
  if (decoded === undefined || decoded[1] !== bytes.length) return undefined;
  return { reference, proposal: decoded[0], sender: sender ?? undefined };
}
