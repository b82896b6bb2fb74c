/** How two devices are connected, read from a connection's statistics (webrtc-stats) and from what the other side has told. */
import type { LinkVia } from "../../ports/direct.ts";

/** What is read of each entry. */
interface Entry {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  /** Of a pair; `selected` is Firefox's. */
  readonly selected?: boolean;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly port?: number;
}

const CANDIDATE = /^(?:a=)?candidate:\S+ \S+ \S+ \S+ \S+ (\d+) typ (\w+)/gm;

/** Stands for an address that a device has, but not as its own. */
const NOT_OWN = 0;

/** Of a candidate or a description: the ports of addresses that its device calls its own (RFC 8839 section 5.1), and 0 for each other one. */
export function toldPorts(text: string): readonly number[] {
  return Array.from(text.matchAll(CANDIDATE), ([, port, type]) => (type === "host" ? Number(port) : NOT_OWN));
}

/**
 * A peer reflexive candidate is an address that packets came from before, or without that, the other side has told it. Browsers hide addresses
 * of devices behind names (`.local`), and of such a candidate they show the port alone. It counts as the other device's own as long as that has
 * told nothing (packets are often there before signals, and what came to this device's own address was hardly sent from behind a NAT),
 * then if it has told an address of its own with this port. A NAT that keeps ports, in front of the other device and with none in front of this one,
 * is taken for the same network if no STUN server has shown it.
 *
 * @param told of all candidates so far, see {@link toldPorts}
 */
export function viaOf(entries: Iterable<Entry>, told: ReadonlySet<number>): LinkVia {
  const stats = new Map([...entries].map((entry) => [entry.id, entry]));
  const pair = selectedPair(stats);
  const local = stats.get(pair?.localCandidateId ?? "");
  const remote = stats.get(pair?.remoteCandidateId ?? "");
  if (local?.candidateType === "relay" || remote?.candidateType === "relay") return "turn";
  const isRemoteOwn =
    remote?.candidateType === "host" ||
    (remote?.candidateType === "prflx" && (told.size === 0 || told.has(remote.port ?? -1)));
  return local?.candidateType === "host" && isRemoteOwn ? "local" : "nat";
}

function selectedPair(stats: ReadonlyMap<string, Entry>): Entry | undefined {
  for (const { selectedCandidatePairId } of stats.values())
    if (selectedCandidatePairId !== undefined) return stats.get(selectedCandidatePairId);
  const pairs = [...stats.values()].filter(({ type }) => type === "candidate-pair");
  return (
    pairs.find(({ selected }) => selected === true) ??
    pairs.find(({ nominated, state }) => nominated === true && state === "succeeded")
  );
}
