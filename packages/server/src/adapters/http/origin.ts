/**
 * The origin rule: a request that a web page makes names the page's origin, and only pages of this server or of `allowedOrigins` may
 * talk to it, over HTTP and over the socket. Programs send no Origin. There are no cookies, so a page gains nothing without a token.
 */

/** Where requests may come from. */
export interface OriginRule {
  /** Origins of web apps hosted elsewhere. */
  readonly allowedOrigins: readonly string[];
  /** This server as browsers see it, when a proxy changes the Host header. */
  readonly publicUrl: string | null;
}

/** own: this server's page, or no page at all. */
export type OriginVerdict = "own" | "allowed" | "foreign";

/** Judges the Origin header of a request against its Host header. */
export function judgeOrigin(
  rule: OriginRule,
  origin: string | undefined,
  host: string | undefined,
): OriginVerdict {
  if (origin === undefined || origin === rule.publicUrl) return "own";
  if (rule.allowedOrigins.includes(origin)) return "allowed";
  if (!URL.canParse(origin) || host === undefined) return "foreign";
  const url = new URL(origin);
  // Parsing both drops a default port from either.
  const own = `${url.protocol}//${host}`;
  return /^https?:$/.test(url.protocol) &&
    url.origin === origin &&
    URL.canParse(own) &&
    new URL(own).origin === origin
    ? "own"
    : "foreign";
}

/** Headers that let a page of an allowed origin read the answer. */
export function corsHeaders(origin: string): Record<string, string> {
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "content-range",
    vary: "Origin",
  };
}

/** Headers of the answer to a preflight request of an allowed origin. */
export function preflightHeaders(origin: string): Record<string, string> {
  return {
    ...corsHeaders(origin),
    "access-control-allow-methods": "GET, POST, PUT, DELETE",
    "access-control-allow-headers": "authorization, content-type, range",
    "access-control-max-age": "600",
  };
}
