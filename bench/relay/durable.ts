/**
 * The peer `sotto`: the real server as `sotto serve` runs it, every message stored and fsynced before sender and recipient hear of it, answered to the
 * sender and acknowledged by the recipient, who acknowledges once for all entries that came at once.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeClientFrame, SERVER_FRAME } from "@sotto/protocol";
import type { OpenedPair } from "@sotto/server/load";
import { fillWithPairs, waitingEntries } from "@sotto/server/load";
import { SOTTO_BIN } from "@sotto/testing/support/paths.ts";
import type { Peer } from "../harness/contest.ts";
import { startPinnedServer } from "../harness/pinnedServer.ts";
import type { OpenPair } from "./load.ts";
import { measure, MESSAGE_BYTES } from "./load.ts";
import type { SocketClient } from "./socketClient.ts";
import { BINARY, connectSocket, maskedFrame, maskedHeadBytes } from "./socketClient.ts";

export function durable(pairs: number): Peer {
  return {
    name: "sotto",
    async start() {
      const dataDir = mkdtempSync(join(tmpdir(), "sotto-bench-"));
      const opened = fillWithPairs(dataDir, pairs);
      const server = await startPinnedServer({
        program: [
          process.execPath,
          SOTTO_BIN,
          "serve",
          "--data",
          dataDir,
          "--port",
          "0",
          "--bind",
          "127.0.0.1",
          "--json",
        ],
        env: { SOTTO_LIMITS_CONNECTIONS_PER_ADDRESS: "10000" },
      });
      const counters = createCounters();
      return {
        round: () => measure(server, pairs, openPair(server.port, opened, counters)),
        async stop() {
          await server.stop();
          const waiting = waitingEntries(dataDir);
          rmSync(dataDir, { recursive: true });
          if (waiting > 0) throw new Error(`${waiting} acknowledged entries are still stored`);
        },
      };
    },
  };
}

/** Store counters (RLY-20), which rise with every frame of a device, from round to round. */
function createCounters(): { next(): number } {
  // Wide enough that every later one takes as many bytes.
  let last = 0x1_0000;
  return { next: () => ++last };
}

/** Where `maskedFrame` puts the fields that differ from post to post: request id in the header, store counter at the end. */
const REQUEST_ID_AT = 4;
const COUNTER_BYTES = 4;
const SEQUENCE_AT = 24;

function openPair(port: number, opened: readonly OpenedPair[], counters: { next(): number }): OpenPair {
  return async (index, turn) => {
    const pair = opened[index];
    if (pair === undefined) throw new Error("no such pair");
    let answered = 0;
    let received = 0;
    let sequence = 0;
    let acknowledged = 0;
    const sender = await joinServer(port, pair.tokens[0], counters.next(), {
      onFrame(type) {
        if (type === SERVER_FRAME.ok) answered += 1;
        if (type === SERVER_FRAME.refused) throw new Error("a post was refused");
      },
      onTurnEnd: turn,
    });
    const recipient = await joinServer(port, pair.tokens[1], counters.next(), {
      onFrame(type, frame) {
        if (type !== SERVER_FRAME.message) return;
        const next = Number(frame.readBigUInt64BE(SEQUENCE_AT));
        if (next <= sequence) throw new Error("an entry came twice or out of order");
        sequence = next;
        received += 1;
      },
      onTurnEnd() {
        if (sequence > acknowledged) {
          acknowledged = sequence;
          recipient.send(ackFrame(sequence, counters.next()));
        }
        turn();
      },
    });
    const posts = postFrames(pair, counters);
    return {
      send: (count) => sender.send(posts(count)),
      done: () => Math.min(answered, received),
      close() {
        sender.destroy();
        recipient.destroy();
      },
    };
  };
}

/** Makes runs of posts from one encoded frame by writing the fields that differ into copies of it. */
function postFrames({ group, index }: OpenedPair, counters: { next(): number }): (count: number) => Buffer {
  const payload = encodeClientFrame({
    type: "post",
    requestId: 0,
    resume: false,
    group,
    index,
    ciphertext: randomBytes(MESSAGE_BYTES),
    storeCounter: counters.next(),
  });
  const frame = maskedFrame(BINARY, payload);
  const head = maskedHeadBytes(payload.length);
  let requestId = 0;
  return (count) => {
    const run = Buffer.allocUnsafe(count * frame.length);
    for (let start = 0; start < run.length; start += frame.length) {
      run.set(frame, start);
      run.writeUInt32BE(++requestId, start + head + REQUEST_ID_AT);
      run.writeUInt32BE(counters.next(), start + frame.length - COUNTER_BYTES);
    }
    return run;
  };
}

function ackFrame(sequence: number, storeCounter: number): Buffer {
  return maskedFrame(BINARY, encodeClientFrame({ type: "ack", requestId: 0, sequence, storeCounter }));
}

interface Listener {
  readonly onFrame: (type: number, frame: Buffer) => void;
  readonly onTurnEnd: () => void;
}

/** Connects a device and waits until the server is ready for it. */
async function joinServer(
  port: number,
  token: Uint8Array,
  storeCounter: number,
  { onFrame, onTurnEnd }: Listener,
): Promise<SocketClient> {
  const ready = Promise.withResolvers<void>();
  const socket = await connectSocket(port, "/v1/socket", {
    onMessage(_, frame) {
      const type = frame[1] ?? 0;
      if (type === SERVER_FRAME.ready) ready.resolve();
      onFrame(type, frame);
    },
    onTurnEnd,
    onLost() {
      throw new Error("a connection was lost");
    },
  });
  const hello = {
    type: "hello",
    requestId: 0,
    minVersion: 1,
    maxVersion: 1,
    token,
    storeCounter,
    client: "bench",
    hidden: false,
  } as const;
  socket.send(maskedFrame(BINARY, encodeClientFrame(hello)));
  await ready.promise;
  return socket;
}
