/** The peer `ws`: pairs of connections through the bare relay. */
import { fileURLToPath } from "node:url";
import { randomBytes } from "node:crypto";
import type { Peer } from "../harness/contest.ts";
import { startPinnedServer } from "../harness/pinnedServer.ts";
import type { OpenPair } from "./load.ts";
import { measure, MESSAGE_BYTES, WINDOW } from "./load.ts";
import { BINARY, connectSocket, maskedFrame } from "./socketClient.ts";
import { repeated } from "./repeated.ts";

const PROGRAM = fileURLToPath(new URL("./peers/wsServer.ts", import.meta.url));

export function bareWs(pairs: number): Peer {
  return {
    name: "ws",
    async start() {
      const server = await startPinnedServer({ program: [process.execPath, PROGRAM] });
      return { round: () => measure(server, pairs, openPair(server.port)), stop: () => server.stop() };
    },
  };
}

function openPair(port: number): OpenPair {
  const frames = repeated(maskedFrame(BINARY, randomBytes(MESSAGE_BYTES)), WINDOW);
  return async (index, turn) => {
    let received = 0;
    const onLost = (): never => {
      throw new Error("a connection was lost");
    };
    const sender = await connectSocket(port, `/a/${index}`, { onMessage() {}, onTurnEnd() {}, onLost });
    const recipient = await connectSocket(port, `/b/${index}`, {
      onMessage(_, { length }) {
        if (length === MESSAGE_BYTES) received += 1;
      },
      onTurnEnd: turn,
      onLost,
    });
    return {
      send: (count) => sender.send(frames(count)),
      done: () => received,
      close() {
        sender.destroy();
        recipient.destroy();
      },
    };
  };
}
