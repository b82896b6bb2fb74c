/** Ends of links in a page, one of them in each. */
import { openBrowserHome } from "sotto/browser";
import { createBrowserCryptoProvider } from "sotto/browser-crypto";
import type { EngineAlone } from "../../../message/engineAlone.ts";
import { createEngineAlone } from "../../../message/engineAlone.ts";
import type { BareHandlers, BareLink } from "../../bare.ts";
import { createBareEnd } from "../../bare.ts";
import { createDeviceEnd } from "../../device.ts";
import type { EndsPage } from "../../endsPage.ts";
import type { OrderedEnd, Say } from "../../orders.ts";

/** Given by the bench. */
declare global {
  function hearEnd(said: Parameters<Say>[0]): Promise<void>;
}

const PASSWORD = "a long password of the bench";
const say: Say = (said) => void hearEnd(said);
let end: OrderedEnd | undefined;
let engine: EngineAlone | undefined;

const ends: EndsPage = {
  async startDevice(userName) {
    const sotto = await openBrowserHome().register({
      server: location.origin,
      userName,
      password: PASSWORD,
    });
    end = createDeviceEnd(sotto, say);
  },
  async startBare(switchboard) {
    const socket = new WebSocket(switchboard);
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    const tell = (signal: string): void => socket.send(signal);
    const bare = createBareEnd({ open: openLink, tell, store: () => {} }, say);
    socket.addEventListener("message", ({ data }: MessageEvent<string>) => bare.hear(data));
    end = bare;
  },
  async startEngine(suite, batches) {
    engine = await createEngineAlone(createBrowserCryptoProvider(), suite, batches, () => 0);
  },
  burst: async (count, sizeBytes) => engine?.burst(count, sizeBytes),
  obey: async (order) =>
    void end?.obey(order).catch((error: unknown) => say({ kind: "failed", message: String(error) })),
};

Object.assign(globalThis, { ends });

/** As in every example. */
function openLink({ onSignal, onOpen, onMessage }: BareHandlers): BareLink {
  const connection = new RTCPeerConnection();
  const channel = connection.createDataChannel("bare", { negotiated: true, id: 0 });
  channel.addEventListener("open", onOpen);
  channel.addEventListener("message", ({ data }: MessageEvent<string>) => onMessage(data));
  connection.addEventListener("icecandidate", ({ candidate }) => {
    if (candidate !== null && candidate.candidate !== "")
      onSignal({ candidate: { line: candidate.candidate, mid: candidate.sdpMid ?? "0" } });
  });
  /** The one operation after the other. */
  let last = Promise.resolve();
  const run = (operation: () => Promise<void>): void => {
    last = last.then(operation);
  };
  const describe = async (): Promise<void> => {
    await connection.setLocalDescription();
    const { type, sdp = "" } = connection.localDescription ?? {};
    if (type === "offer" || type === "answer") onSignal({ sdp: { text: sdp, type } });
  };
  return {
    offer: () => run(describe),
    hear({ sdp, candidate }) {
      run(async () => {
        if (sdp !== undefined) await connection.setRemoteDescription({ type: sdp.type, sdp: sdp.text });
        if (sdp?.type === "offer") await describe();
        if (candidate !== undefined)
          await connection.addIceCandidate({ candidate: candidate.line, sdpMid: candidate.mid });
      });
    },
    send: (message) => channel.send(message),
    close: () => connection.close(),
  };
}
