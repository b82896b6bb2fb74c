/** Which way the messages of a conversation go at this moment, and why: the glyph, and the ids of the words. Those of `effect` and `why` take a `name`. */
import type { Conversation, MessageState, PathMode, StoredMessage } from "sotto";
import type { TextId } from "../text/catalogues/en/index.ts";
import type { PathShapeName } from "../ui/PathGlyph.tsx";
import type { ShownState } from "../ui/StateGlyph.tsx";

type Way = Pick<Conversation, "path" | "link">;

export interface PathNow {
  readonly shape: PathShapeName;
  readonly title: TextId;
  /** What becomes of messages. */
  readonly effect: TextId;
  /** What the way discloses, or why there is no other. */
  readonly why: TextId;
}

/** @param presenceHidden one is not seen online, and sees nobody */
export function pathNow({ path, link }: Way, presenceHidden: boolean): PathNow {
  if (link.state !== "open") {
    const why =
      link.state === "connecting"
        ? "path.why.connecting"
        : (`path.why.${link.reason === "peerOffline" && presenceHidden ? "presenceHidden" : link.reason}` as const);
    const connecting = link.state === "connecting" ? "Connecting" : "";
    return path === "direct"
      ? { shape: "wait", title: `path.now.wait${connecting}`, effect: "path.effect.wait", why }
      : { shape: "relay", title: `path.now.relay${connecting}`, effect: "path.effect.relay", why };
  }
  if (link.via !== "turn")
    return {
      shape: "direct",
      title: "path.now.direct",
      effect: `path.effect.${link.via}`,
      why: "path.why.open",
    };
  return {
    shape: "turn",
    title: "path.now.turn",
    effect: "path.effect.turn",
    // Unless TURN alone was asked for, candidates of the devices' own addresses were exchanged before one of TURN was taken.
    why: path === "turn" ? "path.why.turnOnly" : "path.why.turnFound",
  };
}

/** Messages may go directly alone, and there is no direct way. */
export function isWaiting({ path, link }: Way): boolean {
  return path === "direct" && link.state !== "open";
}

/** How far an own message has come, as it is shown. */
export function shownState(state: MessageState, waiting: boolean): ShownState {
  return waiting && state === "sending" ? "waiting" : state;
}

/** What an own message that is written now will be said to go by. */
export function pathOfNext({ path, link }: Way): StoredMessage["path"] {
  return path === "direct" || link.state === "open" ? "direct" : "relay";
}

/** In the order in which they are offered. */
export const PATH_MODES: readonly PathMode[] = ["auto", "direct", "turn", "relay"];
