/** Bytes that a machine itself exchanges with others, counted by its kernel; what only passes through it is not its own. */
import type { Namespace } from "./namespaces.ts";
import { runIn } from "./namespaces.ts";

/** Bytes with their IP headers, both ways, by address of the other side. */
export type Traffic = ReadonlyMap<string, number>;

const RULES = `
  table ip traffic {
    set sent { type ipv4_addr; size 65535; flags dynamic; counter; }
    set received { type ipv4_addr; size 65535; flags dynamic; counter; }
    chain out { type filter hook output priority raw; oifname != "lo" update @sent { ip daddr counter }; }
    chain in { type filter hook input priority filter; iifname != "lo" update @received { ip saddr counter }; }
  }`;

/** Counts from now on. */
export function countTraffic(namespace: Namespace): () => Traffic {
  runIn(namespace, ["nft", "-f", "-"], RULES);
  return () => {
    const bytes = new Map<string, number>();
    for (const set of ["sent", "received"]) {
      const listing = runIn(namespace, ["nft", "list", "set", "ip", "traffic", set]);
      for (const [, address = "", count] of listing.matchAll(/([\d.]+) counter packets \d+ bytes (\d+)/g))
        bytes.set(address, (bytes.get(address) ?? 0) + Number(count));
    }
    return bytes;
  };
}
