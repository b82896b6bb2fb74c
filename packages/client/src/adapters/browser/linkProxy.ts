/** The worker's side of connections to other devices: {@link LinkMaker} whose connections the page holds. */
import type { Link, LinkChannel, LinkFailure, LinkHandlers, LinkMaker, LinkVia } from "../../ports/direct.ts";
import { LOW_WATER_BYTES } from "../../ports/direct.ts";
import { watchChannels } from "./linkChannels.ts";
import type { ChannelPair, FromLinkHost, LinkLine, ToLinkHost } from "./linkMessages.ts";

export interface LinkProxyOptions {
  readonly line: LinkLine<FromLinkHost, ToLinkHost>;
  /** Data channels can be moved into this worker. */
  readonly takesChannels: boolean;
}

/** Where frames go out: into the channels, or by way of the page. */
interface Way {
  send(channel: LinkChannel, frame: Uint8Array): void;
  bufferedBytes(channel: LinkChannel): number;
}

interface PagedWay extends Way {
  onLeft(channel: LinkChannel, bytes: number): void;
}

export function createLinkProxy({ line, takesChannels }: LinkProxyOptions): LinkMaker {
  const links = new Map<number, (message: FromLinkHost) => void>();
  let nextLink = 1;
  line.listen((message) => links.get(message.link)?.(message));

  return {
    open(options, handlers) {
      const number = nextLink++;
      const proxy = createProxy(number, line.post, handlers, () => links.delete(number));
      links.set(number, proxy.receive);
      line.post({ type: "open", link: number, options, takesChannels });
      return proxy.link;
    },
  };
}

function createProxy(
  link: number,
  post: LinkLine<FromLinkHost, ToLinkHost>["post"],
  handlers: LinkHandlers,
  forget: () => void,
): { readonly link: Link; readonly receive: (message: FromLinkHost) => void } {
  const paged = sendThroughPage(link, post, (channel) => handlers.onDrained(channel));
  let way: Way = paged;
  let release = (): void => {};
  let isOpen = false;
  let hasEnded = false;
  /** What came while the page was asked how the two are connected. */
  let early: (readonly [LinkChannel, ArrayBuffer])[] = [];

  return {
    receive,
    link: {
      offer: (restart) => say({ type: "offer", link, restart }),
      accept: (description) => say({ type: "accept", link, description }),
      addCandidates: (candidates) => say({ type: "candidates", link, candidates }),
      send(channel, frame) {
        if (isOpen && !hasEnded) way.send(channel, frame);
      },
      bufferedBytes: (channel) => (isOpen && !hasEnded ? way.bufferedBytes(channel) : 0),
      close,
    },
  };

  function say(message: ToLinkHost): void {
    if (!hasEnded) post(message);
  }

  function receive(message: FromLinkHost): void {
    switch (message.type) {
      case "channels":
        return take(message.channels);
      case "description":
        return handlers.onDescription(message.description);
      case "candidate":
        return handlers.onCandidate(message.candidate);
      case "open":
        return open(message.via);
      case "steady":
        return handlers.onSteady(message.steady, message.via);
      case "frame":
        return hear(message.channel, message.frame);
      case "left":
        return paged.onLeft(message.channel, message.bytes);
      case "closed":
        return end(message.failure);
    }
  }

  function take(channels: ChannelPair): void {
    const watched = watchChannels(channels, {
      onOpen: () => post({ type: "channelsOpen", link }),
      onFrame: hear,
      onDrained: (channel) => handlers.onDrained(channel),
      onClose: () => end(isOpen ? "closed" : "failed"),
      onFault: () => end("failed"),
    });
    way = watched;
    release = watched.release;
  }

  function open(via: LinkVia): void {
    isOpen = true;
    handlers.onOpen(via);
    const waiting = early;
    early = [];
    for (const [channel, frame] of waiting) hear(channel, frame);
  }

  function hear(channel: LinkChannel, frame: ArrayBuffer): void {
    if (hasEnded) return;
    if (isOpen) handlers.onFrame(channel, new Uint8Array(frame));
    else early.push([channel, frame]);
  }

  function close(): void {
    if (hasEnded) return;
    post({ type: "close", link });
    hasEnded = true;
    early = [];
    release();
    forget();
  }

  function end(failure: LinkFailure): void {
    if (hasEnded) return;
    close();
    handlers.onClose(failure);
  }
}

/** Frames are copied once and then handed on; what waits is known from what the page says has left. */
function sendThroughPage(
  link: number,
  post: LinkLine<FromLinkHost, ToLinkHost>["post"],
  onDrained: (channel: LinkChannel) => void,
): PagedWay {
  const sent = { messages: 0, files: 0 };
  const left = { messages: 0, files: 0 };
  const bufferedBytes = (channel: LinkChannel): number => sent[channel] - left[channel];
  return {
    bufferedBytes,
    send(channel, frame) {
      sent[channel] += frame.length;
      const copy = new Uint8Array(frame).buffer;
      post({ type: "frame", link, channel, frame: copy }, [copy]);
    },
    onLeft(channel, bytes) {
      const before = bufferedBytes(channel);
      left[channel] = bytes;
      if (before > LOW_WATER_BYTES && bufferedBytes(channel) <= LOW_WATER_BYTES) onDrained(channel);
    },
  };
}
