/** The connections to other devices that the engine knows by number. Nothing of one is told any more once it has ended. */
import type { LinkAction, LinkHappening } from "../engine/contract.ts";
import type { Link, LinkChannel, LinkMaker, LinkOptions } from "../ports/direct.ts";

/** What happens on links, in order. */
export interface LinkEvents {
  happened(link: number, happening: LinkHappening): void;
  fileFrame(link: number, frame: Uint8Array): void;
  filesDrained(link: number): void;
}

export interface Links {
  act(link: number, action: LinkAction): void;
  /** Nothing if it has ended. */
  send(link: number, channel: LinkChannel, frame: Uint8Array): void;
  /** 0 if it has ended. */
  bufferedBytes(link: number, channel: LinkChannel): number;
  /** Those that are begun and have not ended. */
  numbers(): readonly number[];
  closeAll(): void;
}

/** That files come is told so often, and at once when the engine has sent something: that may have been a question whether anybody is there. */
const HEARD_EVERY_MS = 5000;

/** Without a maker every connection ends as `unsupported`. */
export function createLinks(maker: LinkMaker | undefined, nowMs: () => number, events: LinkEvents): Links {
  const open = new Map<number, Link>();
  /** When the engine was told last that files come. */
  const heardAtMs = new Map<number, number>();

  function begin(number: number, options: LinkOptions): void {
    const tell = (happening: LinkHappening): void => events.happened(number, happening);
    if (maker === undefined) return tell({ kind: "closed", failure: "unsupported" });
    let ended = false;
    const link = maker.open(options, {
      onDescription: (description) => tell({ kind: "description", description }),
      onCandidate: (candidate) => tell({ kind: "candidate", candidate }),
      onOpen: (via) => tell({ kind: "open", via }),
      onSteady: (steady, via) => tell({ kind: "steady", steady, via }),
      onFrame(channel, frame) {
        if (channel === "messages") return tell({ kind: "frame", frame });
        // A clock that was set back is no reason for silence.
        if (Math.abs(nowMs() - (heardAtMs.get(number) ?? Number.NEGATIVE_INFINITY)) >= HEARD_EVERY_MS) {
          heardAtMs.set(number, nowMs());
          tell({ kind: "heard" });
        }
        events.fileFrame(number, frame);
      },
      onDrained(channel) {
        if (channel === "files") events.filesDrained(number);
      },
      onClose(failure) {
        ended = true;
        forget(number);
        tell({ kind: "closed", failure });
      },
    });
    if (!ended) open.set(number, link);
  }

  function forget(number: number): void {
    open.delete(number);
    heardAtMs.delete(number);
  }

  const links: Links = {
    act(number, action) {
      if (action.do === "open") return begin(number, action.options);
      const link = open.get(number);
      switch (action.do) {
        case "offer":
          return link?.offer(action.restart);
        case "accept":
          return link?.accept(action.description);
        case "addCandidates":
          return link?.addCandidates(action.candidates);
        case "send":
          heardAtMs.delete(number);
          return links.send(number, action.channel, action.frame);
        case "close":
          forget(number);
          return link?.close();
      }
    },
    send: (number, channel, frame) => open.get(number)?.send(channel, frame),
    bufferedBytes: (number, channel) => open.get(number)?.bufferedBytes(channel) ?? 0,
    numbers: () => [...open.keys()],
    closeAll() {
      for (const link of open.values()) link.close();
      open.clear();
      heardAtMs.clear();
    },
  };
  return links;
}
