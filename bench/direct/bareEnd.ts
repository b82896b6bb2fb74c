/**
 * A bare end: `bareEnd.ts SWITCHBOARD`, a data channel of libdatachannel as its documentation makes one, with signals in plain text over a
 * WebSocket on which everybody hears everybody. No cryptography but DTLS, no store.
 */
import type { DataChannel, PeerConnection } from "node-datachannel";
import { PeerConnection as Connection } from "node-datachannel";
import { WebSocket } from "ws";
import { median } from "../harness/median.ts";
import type { Order } from "./orders.ts";
import { answer, monotonicMs, obeyOrders } from "./orders.ts";

interface Signal {
  readonly sdp?: { readonly text: string; readonly type: "offer" | "answer" };
  readonly candidate?: { readonly line: string; readonly mid: string };
}

const [switchboard = ""] = process.argv.slice(2);
const socket = new WebSocket(switchboard);
await new Promise((resolve) => socket.once("open", resolve));
let connection: PeerConnection | undefined;
let channel: DataChannel | undefined;
const candidates: { readonly line: string; readonly mid: string }[] = [];
let described = false;
let take: (message: string) => void = () => {};
let opened = Promise.withResolvers<void>();
socket.on("message", (data: Buffer) => hear(JSON.parse(data.toString()) as Signal));
obeyOrders(obey);

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case "befriend":
      return answer({ kind: "done" });
    case "call": {
      const askedMs = monotonicMs();
      prepare();
      connection?.setLocalDescription();
      return tellLinked(askedMs);
    }
    case "expect":
      prepare();
      answer({ kind: "done" });
      return tellLinked(monotonicMs());
    case "unlink":
      channel?.close();
      connection?.close();
      connection = undefined;
      return answer({ kind: "done" });
    case "send":
      return send(order);
    case "await":
      return awaitMessages(order.count);
    case "echo":
      take = (message) => channel?.sendMessage(message);
      return answer({ kind: "done" });
    case "trips":
      return trips(order);
    case "close":
      connection?.close();
      socket.close();
      process.disconnect?.();
  }
}

function prepare(): void {
  opened = Promise.withResolvers();
  described = false;
  candidates.length = 0;
  const made = new Connection("", { iceServers: [], disableAutoNegotiation: true });
  made.onLocalDescription((text, type) => {
    if (type === "offer" || type === "answer") tell({ sdp: { text, type } });
  });
  made.onLocalCandidate((line, mid) => tell({ candidate: { line, mid } }));
  channel = made.createDataChannel("bare", { negotiated: true, id: 0 });
  channel.onOpen(() => opened.resolve());
  channel.onMessage((message) => take(typeof message === "string" ? message : ""));
  connection = made;
}

function tell(signal: Signal): void {
  socket.send(JSON.stringify(signal));
}

/** Candidates may come before the description; the library takes none then. */
function hear({ sdp, candidate }: Signal): void {
  if (candidate !== undefined) candidates.push(candidate);
  if (sdp !== undefined) {
    connection?.setRemoteDescription(sdp.text, sdp.type);
    if (sdp.type === "offer") connection?.setLocalDescription("answer");
    described = true;
  }
  if (described) for (const { line, mid } of candidates.splice(0)) connection?.addRemoteCandidate(line, mid);
}

async function tellLinked(askedMs: number): Promise<void> {
  await opened.promise;
  answer({ kind: "linked", askedMs, openMs: monotonicMs() });
}

/** The other side says when it has all. */
async function send({ count, sizeBytes }: Extract<Order, { kind: "send" }>): Promise<void> {
  const taken = new Promise<void>((resolve) => {
    take = () => resolve();
  });
  const startedMs = monotonicMs();
  for (let i = 0; i < count; i++) channel?.sendMessage(`${i} `.padEnd(sizeBytes, "x"));
  await taken;
  answer({ kind: "burst", startedMs, endedMs: monotonicMs() });
}

async function awaitMessages(count: number): Promise<void> {
  const startedMs = monotonicMs();
  let came = 0;
  const all = new Promise<void>((resolve) => {
    take = () => {
      if (++came === count) resolve();
    };
  });
  answer({ kind: "done" });
  await all;
  channel?.sendMessage("all");
  answer({ kind: "burst", startedMs, endedMs: monotonicMs() });
}

async function trips({ count, sizeBytes }: Extract<Order, { kind: "trips" }>): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const back = new Promise<void>((resolve) => {
      take = () => resolve();
    });
    const startedMs = monotonicMs();
    channel?.sendMessage(`trip ${i} `.padEnd(sizeBytes, "x"));
    await back;
    times.push(monotonicMs() - startedMs);
  }
  answer({ kind: "trips", medianMs: median(times) });
}
