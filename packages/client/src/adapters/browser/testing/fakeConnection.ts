/** A peer connection in memory, as far as the page uses one: tests say what happens to it. Nothing is at its other end. */
import type { LinkChannel } from "../../../ports/direct.ts";
import { LINK_CHANNELS } from "../../../ports/direct.ts";
import type { Connect } from "../pageConnection.ts";

export interface FakeChannel extends EventTarget {
  readyState: RTCDataChannelState;
  bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  /** Lengths of what was sent. */
  readonly sent: number[];
  /** Thrown by the next `send`. */
  refusal: Error | undefined;
  hear(data: unknown): void;
  /** So much still waits. */
  drainTo(bytes: number): void;
}

interface SendsFrames {
  send(frame: ArrayBuffer): void;
}

export interface FakeConnection {
  readonly configuration: RTCConfiguration;
  readonly channels: { readonly [Name in LinkChannel]: FakeChannel };
  /** What was asked of it, in order. */
  readonly asked: string[];
  readonly isClosed: boolean;
  /** Candidates are told by {@link candidate}; otherwise there are none, and it says so with each description of its own. */
  gathers: boolean;
  /** Types of the selected pair's candidates. */
  way: { readonly local: string; readonly remote: string; readonly remotePort?: number };
  /** Rejects descriptions and candidates that say "bad". */
  candidate(candidate: string | null): void;
  iceState(state: RTCIceConnectionState): void;
  fail(): void;
  openChannels(): void;
  closeChannels(): void;
}

export interface FakeBrowser {
  readonly connect: Connect;
  readonly made: readonly FakeConnection[];
  /** The latest. */
  last(): FakeConnection;
}

export function createFakeBrowser(): FakeBrowser {
  const made: FakeConnection[] = [];
  return {
    made,
    connect(configuration) {
      const [connection, fake] = createConnection(configuration);
      made.push(fake);
      return connection;
    },
    last: () => made.at(-1) as FakeConnection,
  };
}

function createConnection(configuration: RTCConfiguration): [RTCPeerConnection, FakeConnection] {
  const asked: string[] = [];
  const channels: Partial<Record<LinkChannel, FakeChannel>> = {};
  const refuse = (text: string | undefined): void => {
    if (text?.includes("bad") === true) throw new DOMException("refused", "OperationError");
  };
  const target = Object.assign(new EventTarget(), {
    iceConnectionState: "new",
    connectionState: "new",
    signalingState: "stable",
    createDataChannel(label: string) {
      const name = label === LINK_CHANNELS.files.label ? "files" : "messages";
      return (channels[name] = createChannel());
    },
    async createOffer({ iceRestart }: RTCOfferOptions) {
      asked.push(`create ${iceRestart === true ? "restart" : "offer"}`);
      return { type: "offer", sdp: `offer ${asked.length}` };
    },
    async createAnswer() {
      asked.push("create answer");
      return { type: "answer", sdp: `answer ${asked.length}` };
    },
    localDescription: { sdp: "" },
    async setLocalDescription({ sdp = "" }: RTCLocalSessionDescriptionInit) {
      asked.push(`local ${sdp}`);
      target.localDescription = { sdp };
      if (!fake.gathers) fake.candidate(null);
    },
    async setRemoteDescription({ sdp }: RTCSessionDescriptionInit) {
      refuse(sdp);
      asked.push(`remote ${sdp}`);
    },
    async addIceCandidate({ candidate }: RTCIceCandidateInit) {
      refuse(candidate);
      asked.push(`candidate ${candidate}`);
    },
    getStats: async () => new Map(statsOf(fake.way).map((entry) => [entry.id, entry])),
    close: () => void (target.signalingState = "closed"),
  });
  const fake: FakeConnection = {
    configuration,
    channels: channels as FakeConnection["channels"],
    asked,
    get isClosed() {
      return target.signalingState === "closed";
    },
    gathers: false,
    way: { local: "host", remote: "host" },
    candidate(candidate) {
      target.localDescription.sdp += candidate === null ? "" : ` ${candidate}`;
      const event = { candidate: candidate === null ? null : { candidate, sdpMid: "0" } };
      target.dispatchEvent(Object.assign(new Event("icecandidate"), event));
    },
    iceState(state) {
      target.iceConnectionState = state;
      target.dispatchEvent(new Event("iceconnectionstatechange"));
    },
    fail() {
      target.connectionState = "failed";
      target.dispatchEvent(new Event("connectionstatechange"));
    },
    openChannels: () => changeAll("open"),
    closeChannels: () => changeAll("close"),
  };
  return [target as unknown as RTCPeerConnection, fake];

  function changeAll(event: "open" | "close"): void {
    for (const channel of Object.values(fake.channels)) {
      channel.readyState = event === "open" ? "open" : "closed";
      channel.dispatchEvent(new Event(event));
    }
  }
}

function createChannel(): FakeChannel {
  const sent: number[] = [];
  const readyState: RTCDataChannelState = "connecting";
  const channel: FakeChannel = Object.assign<EventTarget, Omit<FakeChannel, keyof EventTarget> & SendsFrames>(
    new EventTarget(),
    {
      readyState,
      bufferedAmount: 0,
      bufferedAmountLowThreshold: 0,
      sent,
      refusal: undefined,
      send({ byteLength }: ArrayBuffer) {
        if (channel.refusal !== undefined) throw channel.refusal;
        sent.push(byteLength);
        channel.bufferedAmount += byteLength;
      },
      hear: (data: unknown) => void channel.dispatchEvent(Object.assign(new Event("message"), { data })),
      drainTo(bytes: number) {
        const { bufferedAmount, bufferedAmountLowThreshold: mark } = channel;
        channel.bufferedAmount = bytes;
        if (bufferedAmount > mark && bytes <= mark) channel.dispatchEvent(new Event("bufferedamountlow"));
      },
    },
  );
  return channel;
}

function statsOf({ local, remote, remotePort }: FakeConnection["way"]): readonly RTCStats[] {
  const entries = [
    { id: "T", type: "transport", selectedCandidatePairId: "P" },
    { id: "P", type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R" },
    { id: "L", type: "local-candidate", candidateType: local },
    { id: "R", type: "remote-candidate", candidateType: remote, port: remotePort },
  ] as const;
  return entries.map((entry) => ({ ...entry, timestamp: 0 }));
}
