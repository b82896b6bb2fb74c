/** The connections to other devices that the engine knows by number. Nothing of one is told any more once it has ended. */
import type { EngineEvent, LinkAction, LinkHappening } from "../engine/contract.ts";
import type { Link, LinkMaker, LinkOptions } from "../ports/direct.ts";

export interface Links {
  act(link: number, action: LinkAction): void;
  closeAll(): void;
}

/** Without a maker every connection ends as `unsupported`. */
export function createLinks(maker: LinkMaker | undefined, dispatch: (event: EngineEvent) => void): Links {
  const open = new Map<number, Link>();

  function begin(number: number, options: LinkOptions): void {
    const tell = (happening: LinkHappening): void => dispatch({ type: "link", link: number, happening });
    if (maker === undefined) return tell({ kind: "closed", failure: "unsupported" });
    let ended = false;
    const link = maker.open(options, {
      onDescription: (description) => tell({ kind: "description", description }),
      onCandidate: (candidate) => tell({ kind: "candidate", candidate }),
      onOpen: (via) => tell({ kind: "open", via }),
      onSteady: (steady, via) => tell({ kind: "steady", steady, via }),
      onFrame: (channel, frame) => tell({ kind: "frame", channel, frame }),
      onDrained: (channel) => tell({ kind: "drained", channel }),
      onClose(failure) {
        ended = true;
        open.delete(number);
        tell({ kind: "closed", failure });
      },
    });
    if (!ended) open.set(number, link);
  }

  return {
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
          return link?.send(action.channel, action.frame);
        case "close":
          open.delete(number);
          return link?.close();
      }
    },
    closeAll() {
      for (const link of open.values()) link.close();
      open.clear();
    },
  };
}
