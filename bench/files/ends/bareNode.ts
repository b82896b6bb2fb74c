/** `bareNode.ts SWITCHBOARD STUN`: a bare data channel of libdatachannel, with signals in plain text over a WebSocket. */
import { readFile } from "node:fs/promises";
import { PeerConnection } from "node-datachannel";
import { WebSocket } from "ws";
import type { BareParty, BareSignal } from "../bareParty.ts";
import { BARE_LOW_WATER_BYTES, createBareParty } from "../bareParty.ts";
import { obeyBench } from "./obeyBench.ts";

const [switchboard = "", stun = ""] = process.argv.slice(2);
const socket = new WebSocket(switchboard);
await new Promise((resolve) => socket.once("open", resolve));
const connection = new PeerConnection("", { iceServers: [stun], disableAutoNegotiation: true });
const channel = connection.createDataChannel("bare", { negotiated: true, id: 0 });
const opened = new Promise<void>((resolve) => channel.onOpen(resolve));
const early: { readonly line: string; readonly mid: string }[] = [];
let described = false;

const tell = (signal: BareSignal): void => socket.send(JSON.stringify(signal));
connection.onLocalDescription((text, type) => {
  if (type === "offer" || type === "answer") tell({ sdp: { text, type } });
});
connection.onLocalCandidate((line, mid) => tell({ candidate: { line, mid } }));
socket.on("message", (data: Buffer) => hear(JSON.parse(data.toString()) as BareSignal));

const party: BareParty = createBareParty(
  {
    send: (frame) => void channel.sendMessageBinary(frame),
    say: (text) => void channel.sendMessage(text),
    bufferedBytes: () => channel.bufferedAmount(),
    link(calls) {
      if (calls && !channel.isOpen()) connection.setLocalDescription("offer");
      return opened;
    },
    close() {
      connection.close();
      socket.close();
    },
  },
  readFile,
);
channel.setBufferedAmountLowThreshold(BARE_LOW_WATER_BYTES);
channel.onBufferedAmountLow(() => party.onDrained());
channel.onMessage((message) => {
  if (typeof message === "string") party.onText(message);
  else party.onFrame(message.byteLength);
});
obeyBench(party);

/** Candidates may come before the description; the library takes none then. */
function hear({ sdp, candidate }: BareSignal): void {
  if (candidate !== undefined) early.push(candidate);
  if (sdp !== undefined) {
    connection.setRemoteDescription(sdp.text, sdp.type);
    if (sdp.type === "offer") connection.setLocalDescription("answer");
    described = true;
  }
  if (described) for (const { line, mid } of early.splice(0)) connection.addRemoteCandidate(line, mid);
}
