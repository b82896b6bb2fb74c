/** A bare data channel of the browser, with signals in plain text over a WebSocket. */
import type { BareParty, BareSignal } from "../../bareParty.ts";
import { BARE_LOW_WATER_BYTES, createBareParty } from "../../bareParty.ts";
import type { FileParty } from "../../party.ts";

export async function openBareParty(
  switchboard: string,
  stun: string,
  load: () => Promise<Uint8Array>,
): Promise<FileParty> {
  const socket = new WebSocket(switchboard);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  const connection = new RTCPeerConnection({ iceServers: [{ urls: stun }] });
  const channel = connection.createDataChannel("bare", { negotiated: true, id: 0 });
  channel.binaryType = "arraybuffer";
  channel.bufferedAmountLowThreshold = BARE_LOW_WATER_BYTES;
  const opened = new Promise((resolve) => channel.addEventListener("open", resolve));
  const early: { readonly line: string; readonly mid: string }[] = [];

  const tell = (signal: BareSignal): void => socket.send(JSON.stringify(signal));
  connection.addEventListener("icecandidate", ({ candidate }) => {
    if (candidate === null || candidate.candidate === "") return;
    tell({ candidate: { line: candidate.candidate, mid: candidate.sdpMid ?? "0" } });
  });
  // One after the other.
  let hearing = Promise.resolve();
  socket.addEventListener("message", ({ data }: MessageEvent<string>) => {
    hearing = hearing.then(() => hear(JSON.parse(data) as BareSignal));
  });

  async function describe(): Promise<void> {
    await connection.setLocalDescription();
    const { sdp, type } = connection.localDescription ?? {};
    if (sdp !== undefined && (type === "offer" || type === "answer")) tell({ sdp: { text: sdp, type } });
  }

  async function hear({ sdp, candidate }: BareSignal): Promise<void> {
    if (candidate !== undefined) early.push(candidate);
    if (sdp !== undefined) {
      await connection.setRemoteDescription({ type: sdp.type, sdp: sdp.text });
      if (sdp.type === "offer") await describe();
    }
    if (connection.remoteDescription === null) return;
    for (const { line, mid } of early.splice(0))
      await connection.addIceCandidate({ candidate: line.replace(/^a=/, ""), sdpMid: mid });
  }

  const party: BareParty = createBareParty(
    {
      send: (frame) => channel.send(frame as Uint8Array<ArrayBuffer>),
      say: (text) => channel.send(text),
      bufferedBytes: () => channel.bufferedAmount,
      async link(calls) {
        if (calls && channel.readyState === "connecting") await describe();
        await opened;
      },
      close() {
        connection.close();
        socket.close();
      },
    },
    load,
  );
  channel.addEventListener("bufferedamountlow", () => party.onDrained());
  channel.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === "string") party.onText(data);
    else party.onFrame(data.byteLength);
  });
  return party;
}
