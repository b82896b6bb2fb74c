/**
 * The page's side of connections to other devices: it holds them for its own worker. All of one worker's end with {@link LinkHost.close}, which
 * whoever ends that worker calls; those of a page that goes end with it.
 *
 * The data channels are moved into the worker where the browser can do that, so that frames do not wait for what the page is busy with: see
 * docs/decisions/0011-links-in-browsers.md for the figures. Elsewhere they stay here and frames pass through.
 */
import type { LinkChannel, LinkFailure, LinkOptions } from "../../ports/direct.ts";
import { LOW_WATER_BYTES } from "../../ports/direct.ts";
import type { WatchedChannels } from "./linkChannels.ts";
import { watchChannels } from "./linkChannels.ts";
import type { ChannelPair, FromLinkHost, LinkLine, ToLinkHost } from "./linkMessages.ts";
import type { Connect, PageConnection } from "./pageConnection.ts";
import { openConnection } from "./pageConnection.ts";

export interface LinkHost {
  /** Closes every connection. The worker is told nothing. */
  close(): void;
}

type Post = LinkLine<ToLinkHost, FromLinkHost>["post"];

interface HostedLink {
  readonly connection: PageConnection;
  readonly send: (channel: LinkChannel, frame: ArrayBuffer) => void;
}

/** @param connect makes the browser's connection; it may throw */
export function createLinkHost(line: LinkLine<ToLinkHost, FromLinkHost>, connect: Connect): LinkHost {
  const links = new Map<number, HostedLink>();
  line.listen(receive);
  return {
    close() {
      for (const { connection } of links.values()) connection.close();
      links.clear();
    },
  };

  function receive(message: ToLinkHost): void {
    if (message.type === "open") return open(message.link, message.options, message.takesChannels);
    const hosted = links.get(message.link);
    switch (message.type) {
      case "offer":
        return hosted?.connection.offer(message.restart);
      case "accept":
        return hosted?.connection.accept(message.description);
      case "candidates":
        return hosted?.connection.addCandidates(message.candidates);
      case "channelsOpen":
        return hosted?.connection.onChannelsOpen();
      case "frame":
        return hosted?.send(message.channel, message.frame);
      case "close":
        links.delete(message.link);
        return hosted?.connection.close();
    }
  }

  function open(link: number, options: LinkOptions, takesChannels: boolean): void {
    const end = (failure: LinkFailure): void => {
      // Before its channels close, of which the worker may hear by itself.
      line.post({ type: "closed", link, failure });
      links.get(link)?.connection.close();
      links.delete(link);
    };
    const connection = openConnection(connect, options, {
      onDescription: (description) => line.post({ type: "description", link, description }),
      onCandidate: (candidate) => line.post({ type: "candidate", link, candidate }),
      onOpen: (via) => line.post({ type: "open", link, via }),
      onSteady: (steady, via) => line.post({ type: "steady", link, steady, via }),
      onFailure: end,
    });
    if (connection === undefined) return end("unsupported");
    const { channels } = connection;
    // A channel can be moved only in the same turn in which it was made.
    const hasMoved = takesChannels && move(line.post, link, channels);
    const send = hasMoved ? () => {} : passOn(line.post, link, connection, end);
    links.set(link, { connection, send });
  }
}

/** False, and nothing has happened, in a browser that cannot. */
function move(post: Post, link: number, channels: ChannelPair): boolean {
  try {
    post({ type: "channels", link, channels }, Object.values(channels));
    return true;
  } catch {
    return false;
  }
}

/** Frames of channels that stay here. Says what has left after each, and when all has. */
function passOn(
  post: Post,
  link: number,
  { channels, onChannelsOpen }: PageConnection,
  end: (failure: LinkFailure) => void,
): HostedLink["send"] {
  const sent = { messages: 0, files: 0 };
  let isOpen = false;
  const sayLeft = (channel: LinkChannel): void => {
    const waiting = channels[channel].bufferedAmount;
    channels[channel].bufferedAmountLowThreshold = waiting > LOW_WATER_BYTES ? LOW_WATER_BYTES : 0;
    post({ type: "left", link, channel, bytes: sent[channel] - waiting });
  };
  const watched: WatchedChannels = watchChannels(channels, {
    onOpen() {
      isOpen = true;
      onChannelsOpen();
    },
    onFrame: (channel, frame) => post({ type: "frame", link, channel, frame }, [frame]),
    onDrained: sayLeft,
    onClose() {
      watched.release();
      end(isOpen ? "closed" : "failed");
    },
    onFault() {
      watched.release();
      end("failed");
    },
  });
  return (channel, frame) => {
    sent[channel] += frame.byteLength;
    watched.send(channel, frame);
    sayLeft(channel);
  };
}
