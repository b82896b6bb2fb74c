/** Who is at the other end of a connection: the address that limits count by, and whether the way to it is safe. */
import type { IncomingMessage } from "node:http";
import type { BlockList } from "node:net";
import { isIP } from "node:net";
import { TLSSocket } from "node:tls";

export interface Peer {
  /** Numeric address of the client: the one before the first trusted proxy. */
  readonly address: string;
  /** Encrypted up to the client or to a trusted proxy, or never leaving this machine. */
  readonly secure: boolean;
}

/**
 * The client of a request. Forwarding headers count only as far as the addresses that added them are trusted: the last untrusted
 * address is the client, and what it wrote before itself is hearsay.
 */
export function peerOf(request: IncomingMessage, trusted: BlockList): Peer {
  const direct = normalAddress(request.socket.remoteAddress ?? "");
  if (!contains(trusted, direct)) {
    return { address: direct, secure: request.socket instanceof TLSSocket || isLoopback(direct) };
  }
  const forwarded = [request.headers["x-forwarded-for"] ?? []]
    .flat()
    .join(",")
    .split(",")
    .map((part) => part.trim());
  let address = direct;
  for (const next of forwarded.toReversed()) {
    if (!contains(trusted, address) || isIP(next) === 0) break;
    address = normalAddress(next);
  }
  return { address, secure: forwardedProtocol(request) === "https" || isLoopback(address) };
}

/** What limits per address count by: an IPv6 client owns its whole /64. */
export function limitKeyOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("%", 1).join("").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/** Whether the address is one of the list. */
export function contains(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** An IPv4 address that a dual-stack socket shows as IPv6, as IPv4. */
export function normalAddress(address: string): string {
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
}

function isLoopback(address: string): boolean {
  return address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}

/** The protocol that the last proxy saw. */
function forwardedProtocol(request: IncomingMessage): string | undefined {
  return [request.headers["x-forwarded-proto"] ?? []]
    .flat()
    .join(",")
    .split(",")
    .at(-1)
    ?.trim()
    .toLowerCase();
}
