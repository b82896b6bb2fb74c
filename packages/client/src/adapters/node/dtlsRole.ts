/**
 * Who begins the DTLS handshake of a link (RFC 5763 section 5): whoever answers a call says. libdatachannel drops what comes before its own ICE
 * is connected and sends its first flight again only after 1 s, so the side that is connected later has to begin. That is the one whose
 * check of the way was triggered by the other's: libjuice waits 50 ms with those. See docs/decisions/0010-links-in-node.md.
 */
import { BlockList, isIP, isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import type { Candidate } from "./candidates.ts";
import { candidatesIn } from "./candidates.ts";

/** Of the one who answers. active: it begins; passive: the caller does. */
export type DtlsRole = "active" | "passive";

/** What the Internet does not route (RFC 6890), as far as devices have it. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet("10.0.0.0", 8);
PRIVATE.addSubnet("100.64.0.0", 10);
PRIVATE.addSubnet("127.0.0.0", 8);
PRIVATE.addSubnet("169.254.0.0", 16);
PRIVATE.addSubnet("172.16.0.0", 12);
PRIVATE.addSubnet("192.168.0.0", 16);

/** An address of this machine in CIDR notation. */
export type OwnAddress = string;

/**
 * The role in which to answer the offer. The one who answers knows the other's address first. So if the caller lets in what it has not asked for,
 * the answering side's checks come through first, and the caller begins. A NAT lets nothing in, but what goes out from it opens the way for the
 * caller's, which come through first then. A caller with a private address is taken to be behind one, unless it is of a network that this
 * machine is in; two homes whose networks have the same addresses cost a second.
 */
export function answeringRole(offer: string, here: readonly OwnAddress[]): DtlsRole {
  const callers = candidatesIn(offer).filter(({ type }) => type === "host");
  const own = networksOf(here);
  const isReached = ({ address }: Candidate): boolean => isPublic(address) || isIn(own, address);
  // One that tells no address yet, or a name, is a browser. It sends its first flight again after 50 ms.
  const isBrowser = callers.every(({ address }) => isIP(address) === 0);
  return isBrowser || callers.some(isReached) ? "passive" : "active";
}

/** The offer as it has to be given to libdatachannel, which has no option for it, so that it answers in the role: the role of a caller who leaves none open is the other one. */
export function offerAnsweredAs(role: DtlsRole, offer: string): string {
  return role === "active" ? offer : offer.replace(/^a=setup:actpass(?=\r?$)/m, "a=setup:active");
}

export function addressesHere(): readonly OwnAddress[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).flatMap(({ cidr }) => cidr ?? []));
}

function networksOf(here: readonly OwnAddress[]): BlockList {
  const networks = new BlockList();
  for (const cidr of here) {
    const [address = "", prefix] = cidr.split("/");
    networks.addSubnet(address, Number(prefix), familyOf(address));
  }
  return networks;
}

function isIn(networks: BlockList, address: string): boolean {
  return isIP(address) !== 0 && networks.check(address, familyOf(address));
}

/** Of IPv6 nothing is said: global addresses are mostly behind firewalls, which are like NATs here. */
function isPublic(address: string): boolean {
  return isIPv4(address) && !PRIVATE.check(address);
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}
