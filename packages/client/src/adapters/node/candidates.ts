/** ICE candidates (RFC 8839) as far as the way of a link can be read from them. */
import { isIP } from "node:net";
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

/** Of a TURN server, as its device says. A name in place of the address is refused: to look it up would tell somebody that this device is here. */
export function isRelayed({ type, address }: Candidate): boolean {
  return type === "relay" && isIP(address) !== 0;
}

/** The description without candidates other than those of TURN servers, and without what only looks like one. */
export function relayedOnly(sdp: string): string {
  const fits = (line: string): boolean => {
    const candidate = parseCandidate(line);
    return candidate === undefined ? !/candidate:/i.test(line) : isRelayed(candidate);
  };
  return sdp
    .split(/\r\n|\r|\n/)
    .filter(fits)
    .join("\r\n");
}

/**
 * How packets go between the two selected candidates. An address that its device has told as its own is one, also when STUN or a packet has
 * shown it first; and so is one that the device has hidden behind a name, if it is of that port and STUN has not found it.
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
  const { address, port, type } = selected;
  if (type === "relay") return type;
  const known = told.filter((one) => one.address === address && one.port === port);
  const hidden = told.find((one) => one.address.endsWith(".local") && one.port === port);
  const host = known.find((one) => one.type === "host");
  return (host ?? known[0] ?? (type === "prflx" ? hidden : undefined) ?? selected).type;
}
