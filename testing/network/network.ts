/**
 * A small internet: a public segment with a server's machine, and sites on it, each a machine with or without a NAT in front. All addresses are
 * of namespaces; those of the segment are the documentation's (RFC 5737).
 */
import { execFileSync } from "node:child_process";
import type { Namespace, Namespaces, Tool } from "./namespaces.ts";
import { ip, openNamespaces, runIn, setKernel } from "./namespaces.ts";

/**
 * open: a public address of its own · preserving: a NAT that keeps ports, the same for every destination · symmetric: a NAT with a new random
 * port for every destination · blocked: as preserving, but nothing of UDP passes.
 */
export type SiteKind = "open" | "preserving" | "symmetric" | "blocked";

/** A machine of the network, and what it is seen as. */
export interface Place {
  readonly namespace: Namespace;
  readonly address: string;
}

export interface Site extends Place {
  readonly kind: SiteKind;
  /** What others see: the NAT's, or the machine's own. */
  readonly publicAddress: string;
  /** Takes the cable out on the public side, as the machine sees it: nothing arrives, nothing is told. */
  cut(): void;
  restore(): void;
  /** Lets no more through, either way. */
  pace(megabitsPerSecond: number): void;
}

export interface Network {
  readonly server: Place;
  addSite(kind: SiteKind): Site;
  /** Ends nothing that runs in it. */
  close(): void;
}

export const needsNft: readonly Tool[] = [{ command: "nft", name: "nftables" }];

const BRIDGE = "segment";
const SERVER_ADDRESS = "198.51.100.1";
const MAX_SITES = 50;
/** The rest of the internet: a gateway that swallows everything without a word, as it does with packets to private addresses. */
const NOWHERE = { address: "198.51.100.254", mac: "02:00:00:00:00:01" };

export function openNetwork(): Network {
  const namespaces = openNamespaces();
  try {
    const server = namespaces.make("server");
    ip("-n", server.name, "link", "add", BRIDGE, "type", "bridge");
    setPublic(server, BRIDGE, SERVER_ADDRESS);
    let sites = 0;
    return {
      server: { namespace: server, address: SERVER_ADDRESS },
      addSite(kind) {
        if (sites === MAX_SITES) throw new Error("the segment is full");
        return makeSite(namespaces, server, ++sites, kind);
      },
      close: () => namespaces.close(),
    };
  } catch (error) {
    namespaces.close();
    throw error;
  }
}

function makeSite(namespaces: Namespaces, server: Namespace, number: number, kind: SiteKind): Site {
  const publicAddress = `198.51.100.${10 + number}`;
  const port = `site${number}`;
  const outer = namespaces.make(`${port}-${kind === "open" ? "machine" : "nat"}`);
  connect(server, port, outer, "wan");
  ip("-n", server.name, "link", "set", port, "master", BRIDGE, "up");
  setPublic(outer, "wan", publicAddress);
  const reach = {
    cut: () => ip("-n", server.name, "link", "set", port, "down"),
    restore: () => ip("-n", server.name, "link", "set", port, "up"),
    pace(megabitsPerSecond: number) {
      const bucket = ["root", "tbf", "rate", `${megabitsPerSecond}mbit`, "burst", "256kb", "latency", "50ms"];
      for (const [{ name }, device] of [
        [outer, "wan"],
        [server, port],
      ] as const)
        execFileSync("tc", ["-n", name, "qdisc", "replace", "dev", device, ...bucket]);
    },
  };
  if (kind === "open") return { kind, namespace: outer, address: publicAddress, publicAddress, ...reach };

  const inner = namespaces.make(`${port}-machine`);
  connect(outer, "lan", inner, "eth");
  setAddress(outer, "lan", `10.0.${number}.1`);
  const address = `10.0.${number}.2`;
  setAddress(inner, "eth", address);
  ip("-n", inner.name, "route", "add", "default", "via", `10.0.${number}.1`);
  setKernel(outer, "ipv4/ip_forward", "1");
  runIn(outer, ["nft", "-f", "-"], natRules(kind));
  return { kind, namespace: inner, address, publicAddress, ...reach };
}

/**
 * A packet that comes to the NAT unasked must not enter its table: the kernel would take its ports as used, and give the machine's own packets
 * to the same peer others.
 */
function natRules(kind: Exclude<SiteKind, "open">): string {
  return `
    table ip site {
      chain out { type nat hook postrouting priority srcnat;
        oifname "wan" masquerade ${kind === "symmetric" ? "random,fully-random" : ""}
      }
      chain through { type filter hook forward priority filter; policy drop;
        ${kind === "blocked" ? "meta l4proto udp drop" : ""}
        ct state established,related accept
        iifname "lan" accept
      }
      chain in { type filter hook input priority filter; policy drop;
        ct state established,related accept
        iifname != "wan" accept
      }
    }`;
}

function connect(one: Namespace, oneName: string, other: Namespace, otherName: string): void {
  const peer = ["type", "veth", "peer", "name", otherName, "netns", other.name];
  ip("link", "add", oneName, "netns", one.name, ...peer);
}

function setAddress({ name }: Namespace, link: string, address: string): void {
  ip("-n", name, "addr", "add", `${address}/24`, "dev", link);
  ip("-n", name, "link", "set", link, "up");
}

function setPublic(namespace: Namespace, link: string, address: string): void {
  setAddress(namespace, link, address);
  const { name } = namespace;
  const nowhere = [NOWHERE.address, "lladdr", NOWHERE.mac, "nud", "permanent"];
  ip("-n", name, "neigh", "add", ...nowhere, "dev", link);
  ip("-n", name, "route", "add", "default", "via", NOWHERE.address);
}
