/**
 * Connections from device to device (DESIGN §7), as a platform makes them: a WebRTC peer connection with two data channels that both sides
 * open by number, so that none is announced. Who calls whom, and when, is the engine's.
 */
import type { LinkCandidate, LinkDescription } from "@sotto/protocol";

/** "messages": ordered and reliable, number 0, at most 64 KiB a frame. "files": the same, number 1, so that chat never waits behind a file. */
export type LinkChannel = "messages" | "files";

/** Label and number of each channel; ordered and reliable, negotiated. */
export const LINK_CHANNELS: {
  readonly [Name in LinkChannel]: { readonly label: string; readonly id: number };
} = {
  messages: { label: "sotto", id: 0 },
  files: { label: "sotto files", id: 1 },
};

/** A server of the operator's that helps to find a way. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface LinkOptions {
  readonly iceServers: readonly IceServer[];
  /** Candidates of TURN servers alone: the other device learns no address of this one. */
  readonly turnOnly: boolean;
}

/** local: between addresses of the devices themselves · nat: at least one was found through STUN · turn: a TURN server passes everything on. */
export type LinkVia = "local" | "nat" | "turn";

/**
 * noWay: none was found · failed: it is gone and does not come back, or there was one and the two did not come to terms · closed: the other
 * side has closed it · unsupported: this platform cannot make it.
 */
export type LinkFailure = "noWay" | "failed" | "closed" | "unsupported";

/** Called in order; nothing after `onClose`, which comes once unless this side has closed. */
export interface LinkHandlers {
  /** Answers {@link Link.offer}, and {@link Link.accept} of an offer. */
  onDescription(description: LinkDescription): void;
  onCandidate(candidate: LinkCandidate): void;
  /** Both channels are open. */
  onOpen(via: LinkVia): void;
  /** Of an open link: packets stop (false) or come again (true), perhaps another way. */
  onSteady(steady: boolean, via: LinkVia): void;
  onFrame(channel: LinkChannel, frame: Uint8Array): void;
  /** What waits to be sent on the channel has fallen to {@link LOW_WATER_BYTES} after it was above. */
  onDrained(channel: LinkChannel): void;
  onClose(failure: LinkFailure): void;
}

export const LOW_WATER_BYTES: number = 256 * 1024;

/** One connection. Calls never throw; one that cannot be done ends it with `onClose`. */
export interface Link {
  /** Makes an offer; with `restart` the connection looks for a new way while the old one stays in use. */
  offer(restart: boolean): void;
  /** Takes the other side's description; an offer is answered. Candidates that came before it wait. */
  accept(description: LinkDescription): void;
  addCandidates(candidates: readonly LinkCandidate[]): void;
  /** Only between `onOpen` and the end. The bytes are copied before it returns. */
  send(channel: LinkChannel, frame: Uint8Array): void;
  /** Bytes that wait to be sent on the channel. */
  bufferedBytes(channel: LinkChannel): number;
  close(): void;
}

/** A platform that can make connections. Making one tells nobody anything: candidates are gathered from the first description on. */
export interface LinkMaker {
  open(options: LinkOptions, handlers: LinkHandlers): Link;
}
