/** `peerServers.ts ADDRESS DIST`: what the peers need on the server's machine. Serves the page, passes bare signals on to all others, and is PeerJS's server. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { PeerServer } from "peer";
import { WebSocketServer } from "ws";

const [host = "", dist = ""] = process.argv.slice(2);
const SIGNALS_PORT = 9000;
const PAGE_PORT = 9001;
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

const pages = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", `http://${host}`);
  const path = join(dist, pathname === "/" ? "index.html" : pathname);
  if (!existsSync(path)) return void response.writeHead(404).end();
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type }).end(readFileSync(path));
});
const switchboard = new WebSocketServer({ server: pages });
switchboard.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => {
    for (const other of switchboard.clients) if (other !== socket) other.send(data, { binary: isBinary });
  });
});
PeerServer({ host, port: SIGNALS_PORT, path: "/" }, () => {
  pages.listen(PAGE_PORT, host, () =>
    console.log(`http://${host}:${PAGE_PORT} http://${host}:${SIGNALS_PORT}`),
  );
});
