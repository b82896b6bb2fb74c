/** With whom a machine exchanges packets, counted by its kernel: every address at its own network card, loopback aside. */
import type { Namespace } from "./namespaces.ts";
import { runIn } from "./namespaces.ts";

export interface PeerCounts {
  /** Packets by address of the other side. */
  readonly sent: ReadonlyMap<string, number>;
  readonly received: ReadonlyMap<string, number>;
}

const RULES = `
  table ip peers {
    set sent { type ipv4_addr; size 65535; flags dynamic; counter; }
    set received { type ipv4_addr; size 65535; flags dynamic; counter; }
    chain out { type filter hook output priority raw; oifname != "lo" update @sent { ip daddr counter }; }
    chain in { type filter hook prerouting priority raw; iifname != "lo" update @received { ip saddr counter }; }
  }`;

/** Counts from now on. */
export function countPeers(namespace: Namespace): () => PeerCounts {
  runIn(namespace, ["nft", "-f", "-"], RULES);
  return () => ({ sent: read(namespace, "sent"), received: read(namespace, "received") });
}

function read(namespace: Namespace, set: keyof PeerCounts): ReadonlyMap<string, number> {
  const listing = runIn(namespace, ["nft", "list", "set", "ip", "peers", set]);
  const elements = listing.matchAll(/([\d.]+) counter packets (\d+)/g);
  return new Map([...elements].map(([, address = "", packets]) => [address, Number(packets)]));
}
