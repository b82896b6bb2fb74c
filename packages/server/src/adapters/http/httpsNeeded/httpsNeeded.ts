/**
 * The only answer to plain http from elsewhere: a page that says that https is needed, where it is, and how to trust the server's own
 * authority. It has no script, and what a request says is only shown escaped.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Words } from "./words.ts";
import { AUTHORITY_NAMES, WORDS, languageOf } from "./words.ts";

/** Where the authority's certificate is, over http and https. */
export const AUTHORITY_PATH = "/authority.crt";

/** What clients of this server may trust. */
export interface OwnAuthority {
  /** DER. */
  readonly certificate: Uint8Array<ArrayBuffer>;
  /** SHA-256 of it. */
  readonly fingerprint: string;
}

export interface HttpsOffer {
  /** Whether the port answers https at all. */
  readonly https: boolean;
  readonly authority: OwnAuthority | null;
  /** Where browsers reach the server, if it was said. */
  readonly publicUrl: string | null;
}

const STYLE = `
:root { color-scheme: light dark; }
body { max-inline-size: 38rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; font: 1.0625rem/1.6 system-ui, sans-serif; color: light-dark(#1f2422, #e6e9e7); background: light-dark(#fbfaf7, #161a19); }
h1 { font-size: 1.6rem; line-height: 1.25; margin-block: 0 1rem; }
h2 { font-size: 1.15rem; margin-block: 2.5rem .5rem; }
a { color: light-dark(#0b5f56, #7fd1c4); }
.open { display: inline-block; padding: .65rem 1.1rem; margin-block: .5rem; border-radius: .6rem; background: light-dark(#0b5f56, #7fd1c4); color: light-dark(#fff, #10201d); text-decoration: none; font-weight: 600; overflow-wrap: anywhere; }
code { display: block; margin-block: .5rem; padding: .6rem .8rem; border-radius: .5rem; background: light-dark(#efece4, #232928); font: .95rem/1.5 ui-monospace, monospace; }
ol, dl { padding: 0; } ol { padding-inline-start: 1.25rem; } li { margin-block: .5rem; }
dl { margin-block: .25rem 0; } dt { font-weight: 600; margin-block-start: .75rem; } dd { margin: 0; }
`;
/** Stricter than the app's: nothing but the style above, and it loads nothing. */
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** 403 as a page for browsers, as a line of text for programs. */
export function httpsNeeded(request: IncomingMessage, offer: HttpsOffer): Response {
  const html = request.headers.accept?.includes("text/html") === true;
  const address = httpsAddress(request, offer);
  return new Response(html ? page(request, offer, address) : line(address), {
    status: 403,
    headers: {
      "cache-control": "no-store",
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "content-type": html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
      vary: "Accept, Accept-Language",
      // Without this the unread body of a refused upload would be waited for.
      connection: "close",
    },
  });
}

/** The authority's certificate, which is public; systems know the type and offer to install it. */
export function authorityAnswer({ certificate }: OwnAuthority): Response {
  return new Response(certificate, {
    headers: { "content-type": "application/x-x509-ca-cert", "cache-control": "no-store" },
  });
}

function line(address: string | undefined): string {
  return address === undefined
    ? "https is needed: configure tls.certFile and tls.keyFile, or a reverse proxy with https named in trustedProxies.\n"
    : `https is needed: ${address}\n`;
}

function page(request: IncomingMessage, { authority }: HttpsOffer, address: string | undefined): string {
  const language = languageOf(request.headers["accept-language"]);
  const words: Words = WORDS[language];
  const certificate = `<a href="${AUTHORITY_PATH}">${AUTHORITY_NAMES[language]}</a>`;
  const body =
    address === undefined
      ? `<p>${words.setUp}</p>`
      : `<p><a class="open" href="${escaped(address)}/">${words.open.replace("{https}", escaped(address))}</a></p>`;
  const trust =
    address === undefined || authority === null
      ? ""
      : `<p>${words.warning}</p>
<h2>${words.trustTitle}</h2>
<ol>
<li>${words.download.replace("{certificate}", certificate)}</li>
<li>${words.compare.replace("{fingerprint}", `<code>${authority.fingerprint.replaceAll(":", ":<wbr>")}</code>`)}</li>
<li>${words.install}
<dl>
${words.systems.map(([system, steps]) => `<dt>${system}</dt><dd>${escaped(steps)}</dd>`).join("\n")}
</dl></li>
</ol>`;
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title} - Sotto</title>
<style>${STYLE}</style>
<h1>${words.title}</h1>
<p>${words.why}</p>
${body}
${trust}
</html>
`;
}

/** This server over https, under the name by which it was asked. */
function httpsAddress(request: IncomingMessage, { https, publicUrl }: HttpsOffer): string | undefined {
  if (publicUrl?.startsWith("https:") === true) return publicUrl;
  const { host } = request.headers;
  if (!https || host === undefined || !/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`https://${host}`))
    return undefined;
  // Through plain http's name the default port would be meant, which differs.
  return new URL(`https://${host.includes(":") ? host : `${host}:80`}`).origin;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
