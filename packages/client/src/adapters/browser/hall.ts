/** Where all pages and workers of the origin hear each other. */
import type { Envelope, Hall, LeafChannelName, LeafMessage } from "./channel.ts";

const NAME = "sotto";

export function openHall(): Hall {
  const channel = new BroadcastChannel(NAME);
  return {
    post: (message) => channel.postMessage(message),
    listen: (onMessage) =>
      channel.addEventListener("message", ({ data }: MessageEvent<Envelope>) => onMessage(data)),
  };
}

/** For whoever has opened it; what is posted arrives although the poster does not stay. */
export function postLeaf(name: LeafChannelName, message: LeafMessage): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(message);
  channel.close();
}

/** Tells what is posted there until the returned function is called. */
export function hearLeaves(name: LeafChannelName, onLeaf: (message: LeafMessage) => void): () => void {
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", ({ data }: MessageEvent<LeafMessage>) => onLeaf(data));
  return () => channel.close();
}
