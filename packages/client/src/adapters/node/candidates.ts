/** ICE candidates (RFC 8839) as far as the way of a link can be read from them. */
import type { LinkVia } from "../../ports/direct.ts";

export type CandidateType = "host" | "srflx" | "prflx" | "relay";

export interface Candidate {
  /** Or a name that ends in `.local`, by which a browser hides an address of its own (RFC 8839, mDNS). */
  readonly address: string;
  readonly port: number;
  readonly type: CandidateType;
}

const LINE =
  /^(?:a=)?candidate:\S+ \d+ \S+ \d+ (?<address>\S+) (?<port>\d+) typ (?<type>host|srflx|prflx|relay)(?: |$)/;

/** `undefined` for what is none. */
export function parseCandidate(line: string): Candidate | undefined {
  const { address, port, type } = LINE.exec(line)?.groups ?? {};
  if (address === undefined) return undefined;
  return { address, port: Number(port), type: type as CandidateType };
}

/** The lines of a description that are candidates. */
export function candidatesIn(sdp: string): readonly Candidate[] {
  return sdp.split(/\r?\n/).flatMap((line) => (line.startsWith("a=") ? (parseCandidate(line) ?? []) : []));
}

/** The description without candidates other than those of TURN servers. */
export function relayedOnly(sdp: string): string {
  const lines = sdp.split("\r\n");
  return lines.filter((line) => (parseCandidate(line)?.type ?? "relay") === "relay").join("\r\n");
}

/**
 * How packets go between the two selected candidates. A peer reflexive one, which packets themselves have shown, is an address of its device
 * if that has told it as its own, or has hidden it behind a name and told its port; otherwise a NAT's.
 */
export function viaOf(
  [local, remote]: readonly [Candidate, Candidate],
  toldLocal: readonly Candidate[],
  toldRemote: readonly Candidate[],
): LinkVia {
  const types = [typeOf(local, toldLocal), typeOf(remote, toldRemote)];
  if (types.includes("relay")) return "turn";
  return types.every((type) => type === "host") ? "local" : "nat";
}

function typeOf(selected: Candidate, told: readonly Candidate[]): CandidateType {
  if (selected.type !== "prflx") return selected.type;
  const known = told.find(({ address, port }) => address === selected.address && port === selected.port);
  const hidden = told.find(({ address, port }) => address.endsWith(".local") && port === selected.port);
  return (known ?? hidden ?? selected).type;
}
