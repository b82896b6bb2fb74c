/** The bare relay: every binary message of one side of a pair goes to the other as it is. Nothing is stored, checked or answered. */
import type { AddressInfo } from "node:net";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";

const sockets = new Map<string, WebSocket>();
const server = new WebSocketServer({
  port: 0,
  host: "127.0.0.1",
  perMessageDeflate: false,
  clientTracking: false,
});
server.on("connection", (socket, { url = "" }) => {
  const [, side = "", pair = ""] = url.split("/");
  const other = `${side === "a" ? "b" : "a"}/${pair}`;
  sockets.set(`${side}/${pair}`, socket);
  socket.on("message", (data) => sockets.get(other)?.send(data, { binary: true }));
});
server.on("listening", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ event: "ready", url: `http://127.0.0.1:${port}` }));
});
