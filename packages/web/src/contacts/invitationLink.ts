/** The link that opens the form to ask somebody for contact: it holds a user name, and nothing secret. */
import { hrefOf } from "../app/route.ts";

/** `server` as the device knows it. */
export function invitationLink(server: string, userName: string): string {
  return `${new URL(server).origin}/${hrefOf({ page: "add", userName })}`;
}

/** The address means another machine on every machine: what it links to does not open elsewhere. */
export function isLoopback(server: string): boolean {
  const { hostname } = new URL(server);
  return hostname === "[::1]" || /(^|\.)localhost$/.test(hostname) || /^127(\.\d+){3}$/.test(hostname);
}
