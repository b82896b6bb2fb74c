/**
 * Signalling of the direct path (DIR-3): what two devices tell each other, inside MLS application messages, to find a way between them. A
 * content carries a run of parts of one call.
 */
import type { CborValue } from "./cbor.ts";
import type { CallId } from "./ids.ts";
import { idBytes, idOf } from "./ids.ts";
import { ID_BYTES, MAX_CANDIDATE_CHARS, MAX_SDP_CHARS, MAX_SIGNAL_PARTS } from "./limits.ts";
import { arrayOf, bytesOf, nullable, textUpTo, tuple, uint } from "./schema.ts";

/** A session description (RFC 8829), with the fingerprint of the device's DTLS certificate. */
export interface LinkDescription {
  readonly kind: "offer" | "answer";
  readonly sdp: string;
}

/** An ICE candidate (RFC 8839) and the media section that it belongs to. */
export interface LinkCandidate {
  readonly kind: "candidate";
  readonly candidate: string;
  readonly mid: string | null;
}

/**
 * closed: the device needs the way no more · relayOnly: its user takes no direct path · unsupported: it cannot make one · refused: it takes none
 * from this sender now.
 */
export type LinkEndReason = "closed" | "relayOnly" | "unsupported" | "refused";

export interface LinkEnd {
  readonly kind: "end";
  readonly reason: LinkEndReason;
}

export type SignalPart = LinkDescription | LinkCandidate | LinkEnd;

/** Signals of one call in the order in which they were made. */
export interface SignalBody {
  readonly kind: "signal";
  /** Chosen by the caller for each call. */
  readonly call: CallId;
  /** 1 for the call's first offer and what answers it, one more with each ICE restart. */
  readonly generation: number;
  /** By the server's clock (`ready`): a signal that arrives later is none. */
  readonly expiresAtMs: number;
  readonly parts: readonly SignalPart[];
}

const PART = { offer: 1, answer: 2, candidate: 3, end: 4 } as const;
const REASONS: readonly LinkEndReason[] = ["closed", "relayOnly", "unsupported", "refused"];

const sdpShape = tuple(uint(PART.end), textUpTo(MAX_SDP_CHARS));
const candidateShape = tuple(uint(PART.end), textUpTo(MAX_CANDIDATE_CHARS), nullable(textUpTo(64)));
const endShape = tuple(uint(PART.end), uint(REASONS.length - 1));
const signalShape = tuple(
  bytesOf(ID_BYTES),
  uint(),
  uint(),
  arrayOf((value: CborValue) => value, MAX_SIGNAL_PARTS),
);

/** The body fields of a content. */
export function signalFields({ call, generation, expiresAtMs, parts }: SignalBody): CborValue {
  return [idBytes(call), generation, expiresAtMs, parts.map(partFields)];
}

/** `undefined` for anything else, a single unknown part included. */
export function signalOf(raw: CborValue): SignalBody | undefined {
  const fields = signalShape(raw);
  if (fields === undefined) return undefined;
  const parts = fields[3].map(partOf);
  if (!parts.every((part) => part !== undefined)) return undefined;
  return {
    kind: "signal",
    call: idOf(fields[0]),
    generation: fields[1],
    expiresAtMs: fields[2],
    parts,
  };
}

function partFields(part: SignalPart): CborValue {
  switch (part.kind) {
    case "offer":
    case "answer":
      return [PART[part.kind], part.sdp];
    case "candidate":
      return [PART.candidate, part.candidate, part.mid];
    case "end":
      return [PART.end, REASONS.indexOf(part.reason)];
  }
}

function partOf(raw: CborValue): SignalPart | undefined {
  switch (Array.isArray(raw) ? raw[0] : undefined) {
    case PART.offer:
    case PART.answer: {
      const fields = sdpShape(raw);
      return fields && { kind: fields[0] === PART.offer ? "offer" : "answer", sdp: fields[1] };
    }
    case PART.candidate: {
      const fields = candidateShape(raw);
      return fields && { kind: "candidate", candidate: fields[1], mid: fields[2] };
    }
    case PART.end: {
      const reason = REASONS[endShape(raw)?.[1] ?? -1];
      return reason && { kind: "end", reason };
    }
    default:
      return undefined;
  }
}
