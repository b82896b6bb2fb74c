/**
 * What a leader's worker and its page say to each other about connections to other devices: a `MessagePort` of their own carries it. The
 * connections stay in the page, because workers have no `RTCPeerConnection`; each is known by a number that the worker chose.
 */
import type { LinkCandidate, LinkDescription } from "@sotto/protocol";
import type { LinkChannel, LinkFailure, LinkOptions, LinkVia } from "../../ports/direct.ts";

/** The data channels of a connection. */
export type ChannelPair = { readonly [Name in LinkChannel]: RTCDataChannel };

export const CHANNEL_NAMES: readonly LinkChannel[] = ["messages", "files"];

/** Worker to page. Of a link that the page knows no more nothing is done. */
export type ToLinkHost = { readonly link: number } & (
  | {
      readonly type: "open";
      readonly options: LinkOptions;
      /** This worker has `RTCDataChannel`, so that the channels can live in it. */
      readonly takesChannels: boolean;
    }
  | { readonly type: "offer"; readonly restart: boolean }
  | { readonly type: "accept"; readonly description: LinkDescription }
  | { readonly type: "candidates"; readonly candidates: readonly LinkCandidate[] }
  /** The channels that the worker has are open. Answered by `open`. */
  | { readonly type: "channelsOpen" }
  /** Where the page has kept the channels. The buffer is transferred. */
  | { readonly type: "frame"; readonly channel: LinkChannel; readonly frame: ArrayBuffer }
  | { readonly type: "close" }
);

/** Page to worker. Nothing follows `closed`. */
export type FromLinkHost = { readonly link: number } &
  /** Transferred; comes first or never. */
  (
    | { readonly type: "channels"; readonly channels: ChannelPair }
    | { readonly type: "description"; readonly description: LinkDescription }
    | { readonly type: "candidate"; readonly candidate: LinkCandidate }
    | { readonly type: "open"; readonly via: LinkVia }
    | { readonly type: "steady"; readonly steady: boolean; readonly via: LinkVia }
    /** The buffer is transferred. */
    | { readonly type: "frame"; readonly channel: LinkChannel; readonly frame: ArrayBuffer }
    /** So many bytes of the channel's frames, counted from the first, have left the page. */
    | { readonly type: "left"; readonly channel: LinkChannel; readonly bytes: number }
    | { readonly type: "closed"; readonly failure: LinkFailure }
  );

/** One end of the port. Messages arrive in the order in which they were posted. */
export interface LinkLine<In, Out> {
  /** Throws `DataCloneError` for what cannot be transferred; nothing has happened then. */
  readonly post: (message: Out, transferred?: Transferable[]) => void;
  readonly listen: (onMessage: (message: In) => void) => void;
}

/** The line over one port of a `MessageChannel`. */
export function portLine<In, Out>(port: MessagePort): LinkLine<In, Out> {
  return {
    post: (message, transferred = []) => port.postMessage(message, transferred),
    listen(onMessage) {
      port.addEventListener("message", ({ data }: MessageEvent<In>) => onMessage(data));
      port.start();
    },
  };
}
