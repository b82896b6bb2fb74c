/** `switchboard.ts ADDRESS`: passes every message of a WebSocket on to all others. Prints its URL. */
import { WebSocketServer } from "ws";

const [host = "127.0.0.1"] = process.argv.slice(2);
const server = new WebSocketServer({ host, port: 0 });
server.on("listening", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(`ws://${host}:${address.port}`);
});
server.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => {
    for (const other of server.clients) if (other !== socket) other.send(data, { binary: isBinary });
  });
});
