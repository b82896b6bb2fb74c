/** The same relay on socket.io, over WebSocket only: one event with one binary argument to the other side of the pair. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Socket } from "socket.io";
import { Server } from "socket.io";

const sockets = new Map<string, Socket>();
const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => {
  const { side, pair } = socket.handshake.query as { side: string; pair: string };
  const other = `${side === "a" ? "b" : "a"}/${pair}`;
  sockets.set(`${side}/${pair}`, socket);
  socket.on("m", (data: Buffer) => void sockets.get(other)?.emit("m", data));
});
http.listen(0, "127.0.0.1", () => {
  const { port } = http.address() as AddressInfo;
  console.log(JSON.stringify({ event: "ready", url: `http://127.0.0.1:${port}` }));
});
