/** Which addresses a machine does not hear: packets of theirs end at its network card, and nobody is told. */
import type { Namespace } from "./namespaces.ts";
import { runIn } from "./namespaces.ts";

export interface Partition {
  /** From now on nothing of that address arrives. */
  shut(address: string): void;
  open(address: string): void;
}

const RULES = `
  table ip partition {
    set unheard { type ipv4_addr; }
    chain in { type filter hook prerouting priority raw; ip saddr @unheard drop; }
  }`;

/** At first all is heard. */
export function createPartition(namespace: Namespace): Partition {
  runIn(namespace, ["nft", "-f", "-"], RULES);
  const shut = new Set<string>();
  const change = (verb: "add" | "delete", address: string): void =>
    void runIn(namespace, ["nft", verb, "element", "ip", "partition", "unheard", `{ ${address} }`]);
  return {
    shut(address) {
      if (shut.has(address)) return;
      shut.add(address);
      change("add", address);
    },
    open(address) {
      if (shut.delete(address)) change("delete", address);
    },
  };
}
