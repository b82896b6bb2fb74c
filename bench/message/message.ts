/**
 * What a message costs from hand to hand beside what its cryptography costs.
 *
 * *engine alone*: our MLS engine encrypts the burst and decrypts it again, in one process, in batches as clients make them; no disk, no network.
 * Its time is the sum of both.
 * *pipeline*: alice's client sends the burst at once to bob's through a server, each a process of its own with its usual durability. Its time
 * runs from the first call of send until the last message is shown at bob's and acknowledged at alice's.
 */
import type { Contest, Figures, Peer } from "../harness/contest.ts";
import { createNodeEngine } from "./nodeEngine.ts";
import { startPipeline } from "./pipeline.ts";

const MESSAGES = 2000;
const TEXT_BYTES = 200;
const SUITE = 83;
const ENGINE = "engine alone";
const PIPELINE = "pipeline";

export const message: Contest = {
  name: "message",
  summary:
    `A burst of ${MESSAGES} texts of ${TEXT_BYTES} bytes, suite ${SUITE}. Store: until transactions are on the disk. Wire: from the sender's socket ` +
    "to the recipient's by way of the server's disk, mean of all messages. CPU: of the three processes.",
  rounds: 5,
  columns: [
    { key: "perSecond", label: "messages/s", digits: 0 },
    { key: "totalMs", label: "total ms", digits: 0 },
    { key: "encryptMs", label: "encrypt ms", digits: 0 },
    { key: "senderStoreMs", label: "store ms", digits: 0 },
    { key: "wireMs", label: "wire ms", digits: 0 },
    { key: "decryptMs", label: "decrypt ms", digits: 0 },
    { key: "recipientStoreMs", label: "store ms", digits: 0 },
    { key: "senderCpuMs", label: "sender CPU ms", digits: 0 },
    { key: "serverCpuMs", label: "server CPU ms", digits: 0 },
    { key: "recipientCpuMs", label: "recipient CPU ms", digits: 0 },
  ],
  peers: [enginePeer(), pipelinePeer()],
  ratios: [
    { name: "pipeline over engine alone", column: "perSecond", of: PIPELINE, to: ENGINE, atLeast: 0.4 },
  ],
  bounds: [],
};

function enginePeer(): Peer {
  return {
    name: ENGINE,
    async start() {
      const engine = await createNodeEngine(SUITE);
      return {
        async round() {
          const { encryptMs, decryptMs, encryptCpuMs, decryptCpuMs } = await engine.burst(
            MESSAGES,
            TEXT_BYTES,
          );
          const cpu = { senderCpuMs: encryptCpuMs, recipientCpuMs: decryptCpuMs };
          return figuresOf(encryptMs + decryptMs, { encryptMs, decryptMs, ...cpu });
        },
        stop: async () => {},
      };
    },
  };
}

function pipelinePeer(): Peer {
  return {
    name: PIPELINE,
    async start() {
      const pipeline = await startPipeline({ suite: SUITE });
      return {
        async round() {
          const { totalMs, sender, recipient, serverCpuMs } = await pipeline.burst(MESSAGES, TEXT_BYTES);
          return figuresOf(totalMs, {
            encryptMs: sender.mlsMs,
            senderStoreMs: sender.storeMs,
            wireMs: recipient.meanReceivedMs - sender.meanSentMs,
            decryptMs: recipient.mlsMs,
            recipientStoreMs: recipient.storeMs,
            senderCpuMs: sender.cpuMs,
            serverCpuMs,
            recipientCpuMs: recipient.cpuMs,
          });
        },
        stop: () => pipeline.close(),
      };
    },
  };
}

/** All columns; what a peer does not do takes it no time. */
function figuresOf(totalMs: number, parts: Figures): Figures {
  const none = Object.fromEntries(message.columns.map(({ key }) => [key, 0]));
  return { ...none, ...parts, totalMs, perSecond: (MESSAGES * 1000) / totalMs };
}
