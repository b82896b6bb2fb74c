/** The peer `socket.io`: the same pairs through a socket.io server, in what its own client would put on the wire. */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Peer } from "../harness/contest.ts";
import { startPinnedServer } from "../harness/pinnedServer.ts";
import type { OpenPair } from "./load.ts";
import { measure, MESSAGE_BYTES, WINDOW } from "./load.ts";
import { repeated } from "./repeated.ts";
import type { SocketClient } from "./socketClient.ts";
import { BINARY, connectSocket, maskedFrame, TEXT } from "./socketClient.ts";

const PROGRAM = fileURLToPath(new URL("./peers/socketIoServer.ts", import.meta.url));

export function socketIo(pairs: number): Peer {
  return {
    name: "socket.io",
    async start() {
      const server = await startPinnedServer({ program: [process.execPath, PROGRAM] });
      return { round: () => measure(server, pairs, openPair(server.port)), stop: () => server.stop() };
    },
  };
}

/** Packets of Engine.IO 4 and Socket.IO 5: the first digit is Engine.IO's `message`, the second says `connect` or `event with binary`. */
const CONNECT = "40";
const EVENT = `451-["m",{"_placeholder":true,"num":0}]`;
const PING = "2";
const PONG = "3";

function openPair(port: number): OpenPair {
  const message = [text(EVENT), maskedFrame(BINARY, randomBytes(MESSAGE_BYTES))];
  const frames = repeated(Buffer.concat(message), WINDOW);
  return async (index, turn) => {
    let received = 0;
    const sender = await join(port, "a", index, { onBinary() {}, onTurnEnd() {} });
    const recipient = await join(port, "b", index, {
      onBinary({ length }) {
        if (length === MESSAGE_BYTES) received += 1;
      },
      onTurnEnd: turn,
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

interface Listener {
  readonly onBinary: (payload: Buffer) => void;
  readonly onTurnEnd: () => void;
}

async function join(port: number, side: string, pair: number, listener: Listener): Promise<SocketClient> {
  const connected = Promise.withResolvers<void>();
  const path = `/socket.io/?EIO=4&transport=websocket&side=${side}&pair=${pair}`;
  const socket = await connectSocket(port, path, {
    onMessage(opcode, payload) {
      if (opcode === BINARY) return listener.onBinary(payload);
      const packet = payload.toString("latin1");
      if (packet === PING) socket.send(text(PONG));
      if (packet.startsWith(CONNECT)) connected.resolve();
    },
    onTurnEnd: listener.onTurnEnd,
    onLost() {
      throw new Error("a connection was lost");
    },
  });
  socket.send(text(CONNECT));
  await connected.promise;
  return socket;
}

function text(packet: string): Buffer {
  return maskedFrame(TEXT, Buffer.from(packet, "latin1"));
}
