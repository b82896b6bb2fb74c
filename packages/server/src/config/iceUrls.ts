/** Addresses of STUN and TURN servers as RFC 7064 and RFC 7065 write them: `stun:host:port`, `turns:host:port?transport=tcp`. */
import { isIP, isIPv4, isIPv6 } from "node:net";

/** What the answer's schema takes. */
const MAX_CHARS = 300;
const MAX_PORT = 65_535;
const URL_FORM = /^(stun|turns?):(\[[^\]]*\]|[^:?[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/;
/** RFC 1123 §2.1, with the length of RFC 1035 §2.3.4. */
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** `stun:` with a host and perhaps a port. */
export function isStunUrl(text: string): boolean {
  const match = matchOf(text);
  return match !== undefined && match[1] === "stun" && match[4] === undefined;
}

/** `turn:` or `turns:` with a host and perhaps a port and a transport. */
export function isTurnUrl(text: string): boolean {
  return matchOf(text)?.[1]?.startsWith("turn") ?? false;
}

function matchOf(text: string): RegExpExecArray | undefined {
  const match = text.length > MAX_CHARS ? null : URL_FORM.exec(text);
  if (match === null || !isHost(match[2] ?? "")) return undefined;
  const port = Number(match[3] ?? 1);
  return port >= 1 && port <= MAX_PORT ? match : undefined;
}

function isHost(host: string): boolean {
  if (host.startsWith("[")) return isIPv6(host.slice(1, -1)) && !host.includes("%");
  // What ends in a number is an address or nothing.
  if (/(^|\.)\d+$/.test(host)) return isIPv4(host);
  return isIP(host) === 0 && DOMAIN.test(host);
}
