/** A pair of data channels where it lives: in the worker, or in a page whose browser cannot move it there. */
import type { LinkChannel } from "../../ports/direct.ts";
import { LOW_WATER_BYTES } from "../../ports/direct.ts";
import type { ChannelPair } from "./linkMessages.ts";
import { CHANNEL_NAMES } from "./linkMessages.ts";

export interface ChannelHandlers {
  /** Both are open. */
  onOpen(): void;
  onFrame(channel: LinkChannel, frame: ArrayBuffer): void;
  onDrained(channel: LinkChannel): void;
  /** One of them is closed, by the other side or with the connection. */
  onClose(): void;
  /** A frame could not be sent, or what came is none. */
  onFault(): void;
}

export interface WatchedChannels {
  send(channel: LinkChannel, frame: ArrayBuffer | Uint8Array): void;
  bufferedBytes(channel: LinkChannel): number;
  /** From now on nothing is told. */
  readonly release: () => void;
}

export function watchChannels(pair: ChannelPair, handlers: ChannelHandlers): WatchedChannels {
  const released = new AbortController();
  const { signal } = released;
  for (const name of CHANNEL_NAMES) {
    const channel = pair[name];
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
    channel.addEventListener("open", onOpen, { signal });
    channel.addEventListener("bufferedamountlow", () => handlers.onDrained(name), { signal });
    channel.addEventListener("close", () => handlers.onClose(), { signal });
    channel.addEventListener(
      "message",
      ({ data }: MessageEvent<unknown>) =>
        data instanceof ArrayBuffer ? handlers.onFrame(name, data) : handlers.onFault(),
      { signal },
    );
  }

  function onOpen(): void {
    if (CHANNEL_NAMES.every((name) => pair[name].readyState === "open")) handlers.onOpen();
  }

  return {
    send(name, frame) {
      const channel = pair[name];
      // Its end is told as one.
      if (channel.readyState !== "open") return;
      try {
        channel.send(frame as ArrayBuffer);
      } catch {
        // More waits than the browser keeps: one frame is missing, so that those behind it are worth nothing.
        handlers.onFault();
      }
    },
    bufferedBytes: (name) => pair[name].bufferedAmount,
    release: () => released.abort(),
  };
}
