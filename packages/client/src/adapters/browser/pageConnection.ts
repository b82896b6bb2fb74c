/** One `RTCPeerConnection` with its two channels (WebRTC 1.0; JSEP, RFC 9429). Whatever goes wrong with it ends in one word. */
import type { LinkCandidate, LinkDescription } from "@sotto/protocol";
import type { LinkFailure, LinkHandlers, LinkOptions, LinkVia } from "../../ports/direct.ts";
import { LINK_CHANNELS } from "../../ports/direct.ts";
import type { ChannelPair } from "./linkMessages.ts";
import { toldPorts, viaOf } from "./linkVia.ts";

export type Connect = (configuration: RTCConfiguration) => RTCPeerConnection;

/**
 * So long a description waits for its first candidate at most, which goes inside it then: one signal less for each side, with its two
 * transactions. An own address is there after 2 to 5 ms; without one, a server would have to be asked first.
 */
const FIRST_CANDIDATE_MS = 20;

export interface ConnectionHandlers extends Pick<
  LinkHandlers,
  "onDescription" | "onCandidate" | "onOpen" | "onSteady"
> {
  /** Once; nothing is told afterwards, and the connection is to be closed. */
  onFailure(failure: Extract<LinkFailure, "noWay" | "failed">): void;
}

export interface PageConnection {
  readonly channels: ChannelPair;
  offer(restart: boolean): void;
  accept(description: LinkDescription): void;
  addCandidates(candidates: readonly LinkCandidate[]): void;
  /** To be called when both channels are open: `onOpen` follows. */
  readonly onChannelsOpen: () => void;
  /** Nothing is told afterwards. */
  close(): void;
}

/** `undefined` where the browser, or a policy of it, allows none with these options. */
export function openConnection(
  connect: Connect,
  options: LinkOptions,
  handlers: ConnectionHandlers,
): PageConnection | undefined {
  let connection: RTCPeerConnection;
  let channels: ChannelPair;
  try {
    connection = connect(configurationOf(options));
    channels = { messages: channelOf("messages"), files: channelOf("files") };
  } catch {
    return undefined;
  }
  let hasEnded = false;
  /** ICE has found a way. */
  let hasWay = false;
  /** The one operation after the other; none begins once it has ended. */
  let last = Promise.resolve();
  let hasDescription = false;
  /** A description of this side is made and not told: its candidates are in it. */
  let isHeld = false;
  const early: LinkCandidate[] = [];
  /** The last description of this side. */
  let told = Promise.resolve();
  /** What the other side has told of its addresses. */
  const ports = new Set<number>();
  /** Of an open connection. */
  let way: { readonly steady: boolean; readonly via: LinkVia } | undefined;

  connection.addEventListener("icecandidate", ({ candidate }) => {
    // The last one is null, or empty: that there is none to come the other side need not know.
    if (hasEnded || isHeld || candidate === null || candidate.candidate === "") return;
    handlers.onCandidate({ kind: "candidate", candidate: candidate.candidate, mid: candidate.sdpMid });
  });
  connection.addEventListener("iceconnectionstatechange", onIceState);
  connection.addEventListener("connectionstatechange", () => {
    if (connection.connectionState === "failed") fail(hasWay ? "failed" : "noWay");
  });

  return {
    channels,
    offer(restart) {
      run(async () => {
        await describe("offer", () => connection.createOffer({ iceRestart: restart }));
      });
    },
    accept({ kind, sdp }) {
      hasDescription = true;
      note(sdp);
      run(async () => {
        await connection.setRemoteDescription({ type: kind, sdp });
        if (kind === "offer") await describe("answer", () => connection.createAnswer());
      });
      add(early.splice(0));
    },
    addCandidates(candidates) {
      if (hasDescription) add(candidates);
      else early.push(...candidates);
    },
    onChannelsOpen() {
      // Not of every browser: a way may change while it is steady.
      const transport: RTCIceTransport | undefined = connection.sctp?.transport.iceTransport;
      transport?.addEventListener("selectedcandidatepairchange", () => void look());
      void look(true);
    },
    close() {
      hasEnded = true;
      connection.close();
    },
  };

  function channelOf(name: keyof typeof LINK_CHANNELS): RTCDataChannel {
    const { label, id } = LINK_CHANNELS[name];
    return connection.createDataChannel(label, { negotiated: true, id });
  }

  function run(operation: () => Promise<void>): void {
    last = last.then(() => (hasEnded ? undefined : operation())).catch(() => fail("failed"));
  }

  async function describe(
    kind: LinkDescription["kind"],
    make: () => Promise<RTCSessionDescriptionInit>,
  ): Promise<void> {
    await told;
    const { sdp = "" } = await make();
    isHeld = !options.turnOnly;
    const gathered = isHeld ? firstCandidate(connection) : undefined;
    await connection.setLocalDescription({ type: kind, sdp });
    // What the other side tells meanwhile is not held up.
    told = tell(kind, sdp, gathered);
  }

  async function tell(
    kind: LinkDescription["kind"],
    made: string,
    gathered: Promise<void> | undefined,
  ): Promise<void> {
    await gathered;
    isHeld = false;
    const sdp = gathered === undefined ? made : (connection.localDescription?.sdp ?? made);
    if (!hasEnded) handlers.onDescription({ kind, sdp });
  }

  function add(candidates: readonly LinkCandidate[]): void {
    for (const { candidate, mid } of candidates) {
      note(candidate);
      const init = mid === null ? { candidate, sdpMLineIndex: 0 } : { candidate, sdpMid: mid };
      // One that cannot be used does no harm; there may be others.
      run(() => connection.addIceCandidate(init).catch(() => {}));
    }
    run(() => look());
  }

  function note(text: string): void {
    for (const port of toldPorts(text)) ports.add(port);
  }

  function onIceState(): void {
    if (["connected", "completed"].includes(connection.iceConnectionState)) hasWay = true;
    if (connection.iceConnectionState !== "disconnected") return void look();
    if (hasEnded || way?.steady !== true) return;
    way = { ...way, steady: false };
    handlers.onSteady(false, way.via);
  }

  /** How the two are connected, of a connection that is open or has just become so. */
  async function look(opens = false): Promise<void> {
    if (way === undefined && !opens) return;
    const stats = await connection.getStats().catch(() => new Map());
    const isSteady =
      connection.iceConnectionState === "connected" || connection.iceConnectionState === "completed";
    if (hasEnded || !(opens || isSteady)) return;
    const via = viaOf(stats.values(), ports);
    const before = way;
    way = { steady: true, via };
    if (before === undefined) {
      handlers.onOpen(via);
      if (!isSteady) onIceState();
    } else if (!before.steady || before.via !== via) handlers.onSteady(true, via);
  }

  function fail(failure: "noWay" | "failed"): void {
    if (hasEnded) return;
    hasEnded = true;
    handlers.onFailure(failure);
  }
}

/** Resolves with the first candidate, when there is none to come, or when that has taken too long. */
async function firstCandidate(connection: RTCPeerConnection): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listening = new AbortController();
  const { signal } = listening;
  connection.addEventListener("icecandidate", () => resolve(), { signal });
  const timer = setTimeout(resolve, FIRST_CANDIDATE_MS);
  await promise;
  clearTimeout(timer);
  listening.abort();
}

function configurationOf({ iceServers, turnOnly }: LinkOptions): RTCConfiguration {
  return {
    iceServers: iceServers.map(({ urls, ...rest }) => ({ urls: [...urls], ...rest })),
    iceTransportPolicy: turnOnly ? "relay" : "all",
  };
}
