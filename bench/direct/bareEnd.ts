/** A bare end at a terminal: `bareEnd.ts SWITCHBOARD [FILE]`, libdatachannel as its documentation uses it. With a file each message is on the disk before it is sent or taken. */
import { fsyncSync, openSync, writeSync } from "node:fs";
import type { PeerConnection } from "node-datachannel";
import { PeerConnection as Connection } from "node-datachannel";
import { WebSocket } from "ws";
import type { BareHandlers, BareLink } from "./bare.ts";
import { createBareEnd } from "./bare.ts";
import type { OrderedEnd } from "./orders.ts";
import { obeyOrders, sayToBench } from "./processEnd.ts";

const [switchboard = "", file] = process.argv.slice(2);
const fd = file === undefined ? undefined : openSync(file, "a", 0o600);
const socket = new WebSocket(switchboard);
await new Promise((resolve) => socket.once("open", resolve));
const end = createBareEnd({ open: openLink, tell: (signal) => socket.send(signal), store }, sayToBench);
socket.on("message", (data: Buffer) => end.hear(data.toString()));
const obey: OrderedEnd["obey"] = async (order) => {
  await end.obey(order);
  if (order.kind !== "close") return;
  socket.close();
  process.disconnect?.();
};
obeyOrders({ obey });

function store(message: string): void {
  if (fd === undefined) return;
  writeSync(fd, message);
  fsyncSync(fd);
}

function openLink({ onSignal, onOpen, onMessage }: BareHandlers): BareLink {
  const connection: PeerConnection = new Connection("", { iceServers: [], disableAutoNegotiation: true });
  const candidates: { readonly line: string; readonly mid: string }[] = [];
  let described = false;
  connection.onLocalDescription((text, type) => {
    if (type === "offer" || type === "answer") onSignal({ sdp: { text, type } });
  });
  connection.onLocalCandidate((line, mid) => onSignal({ candidate: { line, mid } }));
  const channel = connection.createDataChannel("bare", { negotiated: true, id: 0 });
  channel.onOpen(onOpen);
  channel.onMessage((message) => onMessage(typeof message === "string" ? message : ""));
  return {
    offer: () => connection.setLocalDescription(),
    hear({ sdp, candidate }) {
      if (candidate !== undefined) candidates.push(candidate);
      if (sdp !== undefined) {
        connection.setRemoteDescription(sdp.text, sdp.type);
        if (sdp.type === "offer") connection.setLocalDescription("answer");
        described = true;
      }
      // They may come before the description; the library takes none then.
      if (described)
        for (const { line, mid } of candidates.splice(0)) connection.addRemoteCandidate(line, mid);
    },
    send: (message) => void channel.sendMessage(message),
    close() {
      channel.close();
      connection.close();
    },
  };
}
