/** The only answer to plain http from elsewhere: a page that says that https is needed and how to get it. */
import type { IncomingMessage } from "node:http";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>https is needed - Sotto</title>
<h1>https is needed</h1>
<p>This server answers plain http on its own machine only: over a network, passwords and keys need an encrypted way,
and browsers switch the necessary cryptography off without one.</p>
<p>If this server has a certificate, open this address again with <b>https://</b> in front.</p>
<p>Whoever runs it sets <code>tls.certFile</code> and <code>tls.keyFile</code>, or puts a reverse proxy with https before it
and names the proxy in <code>trustedProxies</code>: see CONFIGURATION.md.</p>
</html>
`;
const TEXT =
  "https is needed: configure tls.certFile and tls.keyFile, or a reverse proxy with https named in trustedProxies.\n";

/** 403 as a page for browsers, as a line of text for programs. */
export function httpsNeeded(request: IncomingMessage): Response {
  const html = request.headers.accept?.includes("text/html") === true;
  return new Response(html ? PAGE : TEXT, {
    status: 403,
    headers: {
      "cache-control": "no-store",
      "content-type": html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
      // Without this the unread body of a refused upload would be waited for.
      connection: "close",
    },
  });
}
