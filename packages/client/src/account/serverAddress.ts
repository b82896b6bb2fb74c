/** The server's address as people type it. */

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export type ParsedAddress =
  | { readonly kind: "origin"; readonly origin: string }
  /** Not an address of a server. */
  | { readonly kind: "malformed" }
  /** Plain http to another machine: anybody on the way could read the session's token. */
  | { readonly kind: "insecure" };

/**
 * Accepts `chat.example.org`, `localhost:5555` and full URLs without path. Without a scheme https is meant, except on this machine itself,
 * where servers answer without a certificate.
 */
export function parseServerAddress(address: string): ParsedAddress {
  const text = address.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `//${text}`;
  const guess = withScheme.startsWith("//") ? `https:${withScheme}` : withScheme;
  if (!URL.canParse(guess)) return { kind: "malformed" };
  const url = new URL(guess);
  const loopback = LOOPBACK.test(url.hostname);
  if (withScheme.startsWith("//") && loopback) url.protocol = "http:";
  const bare =
    url.pathname === "/" &&
    url.search === "" &&
    url.hash === "" &&
    url.username === "" &&
    url.password === "";
  if (!bare || (url.protocol !== "https:" && url.protocol !== "http:")) return { kind: "malformed" };
  if (url.protocol === "http:" && !loopback) return { kind: "insecure" };
  return { kind: "origin", origin: url.origin };
}
