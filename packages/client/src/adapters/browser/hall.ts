/** Where all pages and workers of the origin hear each other. */
import type { Envelope, Hall } from "./channel.ts";

const NAME = "sotto";

export function openHall(): Hall {
  const channel = new BroadcastChannel(NAME);
  return {
    post: (message) => channel.postMessage(message),
    listen: (onMessage) =>
      channel.addEventListener("message", ({ data }: MessageEvent<Envelope>) => onMessage(data)),
  };
}
