/** Packets of UDP that leave a machine, loopback aside: what a search for a direct way is made of. */
import type { Namespace } from "./namespaces.ts";
import { runIn } from "./namespaces.ts";

const RULES = `
  table ip datagrams {
    set sent { type ipv4_addr . inet_service; size 65535; flags dynamic; counter; }
    chain out { type filter hook output priority raw; oifname != "lo" update @sent { ip daddr . udp dport counter }; }
  }`;

/** Counts from now on, by `address port` of the receiver. */
export function countUdp(namespace: Namespace): () => ReadonlyMap<string, number> {
  runIn(namespace, ["nft", "-f", "-"], RULES);
  return () => {
    const listing = runIn(namespace, ["nft", "list", "set", "ip", "datagrams", "sent"]);
    const elements = listing.matchAll(/([\d.]+) \. (\S+) counter packets (\d+)/g);
    return new Map(
      [...elements].map(([, address = "", port = "", packets]) => [`${address} ${port}`, Number(packets)]),
    );
  };
}

/** Open sockets for UDP there. */
export function udpSockets(namespace: Namespace): number {
  return runIn(namespace, ["cat", "/proc/net/udp"]).trim().split("\n").length - 1;
}
