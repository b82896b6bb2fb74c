/**
 * Whether a server can be trusted, and by whom. A server that is its own authority is known by nobody at first: a person compares the
 * authority's fingerprint with the one that the server shows its owner, and from then on that authority alone may vouch for it.
 */
import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { connect } from "node:tls";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { REQUEST_TIMEOUT_MS } from "../../http/transport.ts";
import type { Unreachable } from "../../ports/server.ts";
import { sottoError } from "../../sdk/messages.ts";
import { originOf } from "../../sdk/session.ts";
import { asSottoError } from "../../sdk/storeErrors.ts";
import { classifyNetworkError } from "./networkErrors.ts";
import { pinAuthority, pinnedAuthority } from "./pinnedAuthorities.ts";

export type ServerTrust =
  /** Its certificate holds, by this home's pinned authority, by those that Node knows, or because the server is this machine itself. */
  | { readonly kind: "trusted" }
  /** Everything about its certificate fits but that nobody here knows the authority. */
  | { readonly kind: "unknown"; readonly fingerprint: string }
  /** Another authority than the pinned one vouches for it: it was set up anew, or somebody stands in between. */
  | { readonly kind: "changed"; readonly pinned: string; readonly shown: string }
  /** No authority could make it fit: another name, past its end. `reason` is the code of Node or OpenSSL. */
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "unreachable"; readonly reason: Unreachable };

export interface ServerOfHome {
  /** The home's folder; need not be there yet. */
  readonly dir: string;
  readonly server: string;
}

/** What its certificate says of the server now. Sends nothing but a TLS handshake. Rejects with `SottoError`. */
export async function inspectServer({ dir, server }: ServerOfHome): Promise<ServerTrust> {
  const origin = originOf(server);
  if (origin.startsWith("http:")) return { kind: "trusted" };
  const pinned = pinOf(dir, origin);
  const seen = await look(origin, pinned);
  if (seen.kind === "unreachable") return seen;
  if (seen.problem === undefined) return { kind: "trusted" };
  const { root } = seen;
  if (pinned === undefined) return judgeUnknown(origin, seen.problem, root);
  const known = new X509Certificate(pinned).fingerprint256;
  const shown = root?.fingerprint256;
  if (shown === undefined || shown === known) return { kind: "invalid", reason: seen.problem };
  return { kind: "changed", pinned: known, shown };
}

/**
 * From now on the authority with this fingerprint, and no other, vouches for the server in this home. Rejects with `SottoError`: `untrusted`
 * when the server shows another one or its certificate does not hold under it, or why it could not be reached.
 *
 * @param fingerprint SHA-256 of the authority's certificate: 64 hexadecimal digits, with or without colons
 */
export async function pinServer({
  dir,
  server,
  fingerprint,
}: ServerOfHome & { readonly fingerprint: string }): Promise<void> {
  const origin = originOf(server);
  if (origin.startsWith("http:")) throw sottoError("untrusted", "plain http has no certificate");
  const seen = await look(origin, undefined);
  if (seen.kind === "unreachable") throw sottoError(seen.reason);
  const { root } = seen;
  if (root === undefined) throw sottoError("untrusted", "the server shows no authority of its own");
  if (plain(root.fingerprint256) !== plain(fingerprint))
    throw sottoError(
      "untrusted",
      `its authority has the fingerprint ${root.fingerprint256}, expected was ${spaced(fingerprint)}`,
    );
  const judged = await judgeUnknown(origin, "", root);
  if (judged.kind === "unreachable") throw sottoError(judged.reason);
  if (judged.kind === "invalid") throw sottoError("untrusted", judged.reason);
  try {
    pinAuthority(resolve(dir), origin, root.toString());
  } catch (error) {
    throw asSottoError(error);
  }
}

/** With the server's own root trusted everything else has to hold: names, dates, what the authority may vouch for. */
async function judgeUnknown(
  origin: string,
  problem: string,
  root: X509Certificate | undefined,
): Promise<ServerTrust> {
  if (root === undefined) return { kind: "invalid", reason: problem };
  const under = await look(origin, root.toString());
  if (under.kind === "unreachable") return under;
  if (under.problem !== undefined) return { kind: "invalid", reason: under.problem };
  return { kind: "unknown", fingerprint: root.fingerprint256 };
}

type Look =
  | {
      readonly kind: "seen";
      /** Why the certificate is not trusted; `undefined`: it is. */
      readonly problem: string | undefined;
      /** The self-signed certificate at the end of what the server sent. */
      readonly root: X509Certificate | undefined;
    }
  | { readonly kind: "unreachable"; readonly reason: Unreachable };

function look(origin: string, authority: string | undefined): Promise<Look> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((done) => {
    const socket = connect({
      host,
      port: port === "" ? 443 : Number(port),
      // Nothing is sent over this connection, and what it finds is judged below.
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
      ...(authority !== undefined && { ca: authority }),
    });
    const end = (result: Look): void => {
      socket.destroy();
      done(result);
    };
    socket.setTimeout(REQUEST_TIMEOUT_MS, () => end({ kind: "unreachable", reason: "timeout" }));
    socket.on("error", (error) => end({ kind: "unreachable", reason: classifyNetworkError(error) }));
    socket.on("close", () => end({ kind: "unreachable", reason: "offline" }));
    socket.on("secureConnect", () => end({ kind: "seen", problem: problemOf(socket), root: rootOf(socket) }));
  });
}

function problemOf(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  const error: unknown = socket.authorizationError;
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
}

function rootOf(socket: TLSSocket): X509Certificate | undefined {
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  for (let depth = 0; depth < 8; depth++) {
    const issuer: DetailedPeerCertificate | undefined = certificate?.issuerCertificate;
    if (certificate === undefined || issuer === undefined) return undefined;
    if (issuer === certificate || issuer.fingerprint256 === certificate.fingerprint256)
      return new X509Certificate(certificate.raw);
    certificate = issuer;
  }
  return undefined;
}

function pinOf(dir: string, origin: string): string | undefined {
  try {
    return pinnedAuthority(resolve(dir), origin);
  } catch (error) {
    throw asSottoError(error);
  }
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(/[:\s]/g, "").toLowerCase();
}

/** As servers and browsers show it. */
function spaced(fingerprint: string): string {
  return plain(fingerprint)
    .toUpperCase()
    .replaceAll(/..(?=.)/g, "$&:");
}
