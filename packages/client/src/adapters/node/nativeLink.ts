/** One link on libdatachannel. */
import type { DataChannel, PeerConnection, RtcConfig } from "node-datachannel";
import type { LinkCandidate } from "@sotto/protocol";
import { MAX_FRAME_BYTES } from "@sotto/protocol";
import type {
  Link,
  LinkChannel,
  LinkFailure,
  LinkHandlers,
  LinkOptions,
  LinkVia,
} from "../../ports/direct.ts";
import { LINK_CHANNELS, LOW_WATER_BYTES } from "../../ports/direct.ts";
import type { Candidate } from "./candidates.ts";
import { candidatesIn, isRelayed, parseCandidate, relayedOnly, viaOf } from "./candidates.ts";
import type { DtlsRole } from "./dtlsRole.ts";
import { addressesHere, answeringRole, offerAnsweredAs } from "./dtlsRole.ts";
import { nativeIceServers } from "./iceServers.ts";
import type { TurnDoor } from "./turnDoor.ts";

/** What is used of the package. Its log is off unless it is turned on. */
export interface Native {
  readonly PeerConnection: new (name: string, config: RtcConfig) => PeerConnection;
}

const NAMES = Object.keys(LINK_CHANNELS) as readonly LinkChannel[];
/** The one media section of a description with data channels alone. */
const MID = "0";
/** Longer than a device takes to answer a frame, shorter than SCTP takes to give up. */
const DEAF_MS = 10_000;
const SETTLE_MS = 50;

/**
 * The library calls back on the main thread, but by one queue for each kind of callback: across kinds the order in which things happened is
 * lost. So candidates are held back until the description is told, and frames until the link is open.
 */
export function openNativeLink(
  native: Native,
  options: LinkOptions,
  handlers: LinkHandlers,
  door?: TurnDoor,
): Link {
  let ended = false;
  let hasDescribed = false;
  let told = false;
  let accepted = false;
  let open = false;
  /** ICE has found a way. */
  let hasWay = false;
  let via: LinkVia = "nat";
  /** When the first frame was sent after the last one that came. */
  let unheardSinceMs: number | undefined;
  const localCandidates: LinkCandidate[] = [];
  /** The candidates that the description has told. */
  let described: ReadonlySet<string> = new Set();
  const remoteCandidates: LinkCandidate[] = [];
  const known = { local: [] as Candidate[], remote: [] as Candidate[] };
  const early: (readonly [LinkChannel, Uint8Array])[] = [];
  let connection: PeerConnection | undefined;
  const channels = new Map<LinkChannel, DataChannel>();
  attempt(connect);

  function connect(): void {
    connection = new native.PeerConnection("", {
      iceServers: door === undefined ? nativeIceServers(options.iceServers) : [...door.servers],
      ...(door !== undefined && { bindAddress: door.bindAddress }),
      iceTransportPolicy: options.turnOnly ? "relay" : "all",
      maxMessageSize: MAX_FRAME_BYTES,
      disableAutoNegotiation: true,
    });
    connection.onLocalDescription(onDescription);
    connection.onLocalCandidate(onCandidate);
    connection.onIceStateChange(onIceState);
    connection.onStateChange(onState);
    for (const name of NAMES) {
      const { label, id } = LINK_CHANNELS[name];
      const channel = connection.createDataChannel(label, { negotiated: true, id });
      channel.setBufferedAmountLowThreshold(LOW_WATER_BYTES);
      channel.onOpen(onChannelOpen);
      channel.onClosed(onLost);
      channel.onMessage((message) => onMessage(name, message));
      channel.onBufferedAmountLow(() => {
        if (open && !ended) handlers.onDrained(name);
      });
      channels.set(name, channel);
    }
  }

  function onDescription(sdp: string, type: string): void {
    if (ended || (type !== "offer" && type !== "answer")) return;
    told = true;
    // With the candidates that are there by now: one message, and the other side's checks go out before its questions to its servers.
    const whole = connection?.localDescription()?.sdp ?? sdp;
    const shown = options.turnOnly ? relayedOnly(whole) : whole;
    described = new Set(shown.split(/\r?\n/));
    handlers.onDescription({ kind: type, sdp: shown });
    for (const candidate of localCandidates.splice(0)) tellCandidate(candidate);
  }

  function onCandidate(line: string, mid: string): void {
    if (ended) return;
    const parsed = parseCandidate(line);
    if (parsed) known.local.push(parsed);
    const candidate: LinkCandidate = { kind: "candidate", candidate: line.replace(/^a=/, ""), mid };
    if (told) tellCandidate(candidate);
    else localCandidates.push(candidate);
  }

  function tellCandidate(candidate: LinkCandidate): void {
    if (!ended && !described.has(`a=${candidate.candidate}`)) handlers.onCandidate(candidate);
  }

  function onChannelOpen(): void {
    if (ended || open || ![...channels.values()].every((channel) => channel.isOpen())) return;
    open = true;
    findVia();
    handlers.onOpen(via);
    for (const [name, frame] of early.splice(0)) if (!ended) handlers.onFrame(name, frame);
  }

  function onMessage(name: LinkChannel, message: string | Buffer | ArrayBuffer): void {
    if (ended) return;
    unheardSinceMs = undefined;
    const frame = frameOf(message);
    if (open) handlers.onFrame(name, frame);
    else early.push([name, frame]);
  }

  /**
   * libjuice knows no way that is interrupted: one from which nothing comes for some 30 s has failed. So packets that stop are never told, only
   * that they take another way now.
   */
  function onIceState(state: string): void {
    if (state === "connected" || state === "completed") hasWay = true;
    if (state === "failed") return endWithout();
    if (!open || ended) return;
    const before = via;
    findVia();
    if (via !== before) handlers.onSteady(true, via);
  }

  function onState(state: string): void {
    // What ICE has found is told by another queue.
    if (state === "failed") setTimeout(endWithout, SETTLE_MS);
    if (state === "closed") onLost();
  }

  /**
   * The other side has closed, or SCTP has given up after about 15 s without an answer; the library tells these as one. ICE that has failed is
   * told at the same time, by another queue.
   */
  function onLost(): void {
    const deaf = unheardSinceMs !== undefined && performance.now() - unheardSinceMs > DEAF_MS;
    setTimeout(() => end(deaf ? "failed" : "closed"), SETTLE_MS);
  }

  /** No way, or one on which DTLS or SCTP did not come about: that says nothing of the networks. */
  function endWithout(): void {
    end(hasWay ? "failed" : "noWay");
  }

  function findVia(): void {
    const pair = connection?.getSelectedCandidatePair();
    const [local, remote] = [
      parseCandidate(pair?.local.candidate ?? ""),
      parseCandidate(pair?.remote.candidate ?? ""),
    ];
    if (local && remote) via = viaOf([local, remote], known.local, known.remote);
  }

  /** The library's errors end the link. */
  function attempt(action: () => void): void {
    if (ended) return;
    try {
      action();
    } catch {
      // Never from inside a call of the owner.
      queueMicrotask(() => end("failed"));
    }
  }

  function end(failure: LinkFailure): void {
    if (ended) return;
    release();
    handlers.onClose(failure);
  }

  function release(): void {
    ended = true;
    connection?.close();
    door?.close();
    early.length = 0;
  }

  function describe(type: "offer" | "answer"): void {
    hasDescribed = true;
    connection?.setLocalDescription(type);
  }

  /** The role must not say what address a device has that shows itself to TURN servers alone. */
  function roleFor(offer: string): DtlsRole {
    return options.turnOnly ? "passive" : answeringRole(offer, addressesHere());
  }

  /** The library takes none before the description that they belong to. */
  function takeCandidates(candidates: readonly LinkCandidate[]): void {
    remoteCandidates.push(...candidates);
    if (accepted) for (const candidate of remoteCandidates.splice(0)) takeCandidate(candidate);
  }

  function takeCandidate({ candidate, mid }: LinkCandidate): void {
    const parsed = parseCandidate(candidate);
    // A device that shows itself to TURN servers alone must not check other addresses: its packets would come from its own.
    if (parsed === undefined || (options.turnOnly && !isRelayed(parsed))) return;
    known.remote.push(parsed);
    try {
      connection?.addRemoteCandidate(candidate, mid ?? MID);
    } catch {
      // One that the library does not understand is one way fewer.
    }
  }

  return {
    offer() {
      attempt(() => {
        // A second one: libdatachannel cannot restart ICE, and ends the process when it is asked to.
        if (hasDescribed) throw new Error("described");
        describe("offer");
      });
    },
    accept({ kind, sdp }) {
      attempt(() => {
        if (accepted || hasDescribed !== (kind === "answer")) throw new Error("not expected now");
        accepted = true;
        known.remote.push(...candidatesIn(sdp));
        const taken = options.turnOnly ? relayedOnly(sdp) : sdp;
        if (kind === "answer") connection?.setRemoteDescription(taken, kind);
        else connection?.setRemoteDescription(offerAnsweredAs(roleFor(taken), taken), kind);
        // Before the answer, with which the library turns to its servers: their questions would go first.
        takeCandidates([]);
        if (kind === "offer") describe("answer");
      });
    },
    addCandidates(candidates) {
      if (ended) return;
      takeCandidates(candidates);
    },
    send(name, frame) {
      attempt(() => {
        const channel = channels.get(name);
        // The end of one that is closed is on its way.
        if (!channel?.isOpen()) return;
        unheardSinceMs ??= performance.now();
        channel.sendMessageBinary(frame);
      });
    },
    bufferedBytes(name) {
      return ended ? 0 : (channels.get(name)?.bufferedAmount() ?? 0);
    },
    close() {
      if (!ended) release();
    },
  };
}

/** The bytes as they came: a frame of a file is not worth another copy. */
function frameOf(message: string | Buffer | ArrayBuffer): Uint8Array {
  if (typeof message === "string") return Buffer.from(message);
  return message instanceof ArrayBuffer
    ? new Uint8Array(message)
    : new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
}
