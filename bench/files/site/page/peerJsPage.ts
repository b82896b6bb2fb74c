/** PeerJS as its documentation uses it: a reliable connection with its own serialization, which cuts and joins what is sent. */
import type { DataConnection } from "peerjs";
import { Peer } from "peerjs";
import type { FileParty } from "../../party.ts";
import { never } from "../../party.ts";

/** @param signals address of its server */
export async function openPeerJsParty(
  name: string,
  signals: string,
  stun: string,
  load: () => Promise<Uint8Array>,
): Promise<FileParty> {
  const { hostname: host, port } = new URL(signals);
  const config = { iceServers: [{ urls: stun }] };
  const peer = new Peer(name, { host, port: Number(port), path: "/", config });
  await new Promise((resolve) => peer.on("open", resolve));
  const called = new Promise<DataConnection>((resolve) => peer.on("connection", resolve));
  let other = "";
  let connection: DataConnection | undefined;
  let content: Uint8Array = new Uint8Array(0);
  let come: (sizeBytes: number) => void = () => {};

  function take(data: unknown): void {
    if (data === "go") void connection?.send(content);
    else if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) come(data.byteLength);
  }

  return {
    meet(userName) {
      other = userName;
      return Promise.resolve();
    },
    async link(calls) {
      if (connection !== undefined) return;
      const linked = calls ? peer.connect(other, { reliable: true }) : await called;
      if (!linked.open) await new Promise<void>((resolve) => linked.on("open", resolve));
      linked.on("data", take);
      connection = linked;
    },
    relay: never("relay"),
    async offer() {
      content = await load();
      return { transfer: String(content.length), ms: 0 };
    },
    uploaded: never("uploaded"),
    async take(transfer) {
      const startedMs = performance.now();
      const sizeBytes = await new Promise<number>((resolve) => {
        come = resolve;
        void connection?.send("go");
      });
      if (sizeBytes !== Number(transfer)) throw new Error(`${sizeBytes} bytes came`);
      return performance.now() - startedMs;
    },
    save: never("save"),
    digest: never("digest"),
    forget: () => Promise.resolve(),
    close() {
      peer.destroy();
      return Promise.resolve();
    },
  };
}
