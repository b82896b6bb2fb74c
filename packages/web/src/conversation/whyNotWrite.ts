/** Why the composer is not there. */
import type { Contact, Conversation } from "sotto";

export interface Obstacle {
  /** Its words are `conversation.REASON.title` and `.text`. */
  readonly reason:
    | "keysChanged"
    | "outgoing"
    | "incoming"
    | "blocked"
    | "ended"
    | "unready"
    | "undecided"
    | "fork";
  /** stop: keys or histories do not fit, the one thing that stops a person · wait: it passes, or is meant. */
  readonly tone: "stop" | "wait";
  /** One may go on with the keys that one knows: those that the server shows were never taken. */
  readonly keepable: boolean;
}

/** `undefined` when one can write. */
export function whyNotWrite(contact: Contact, conversation: Conversation | undefined): Obstacle | undefined {
  const { state, pinned } = contact;
  if (!pinned)
    return { reason: "keysChanged", tone: "stop", keepable: state === "accepted" || state === "outgoing" };
  if (state === "removed") return waiting("ended");
  if (state === "outgoing" || state === "incoming" || state === "blocked") return waiting(state);
  switch (conversation?.state) {
    // The account has moved to this device, which has no keys of its contacts' conversations before it has made them anew.
    case "ended":
    case undefined:
      return waiting("unready");
    case "undecided":
      return waiting("undecided");
    case "fork":
      return { reason: "fork", tone: "stop", keepable: false };
    case "active":
    case "pending":
      return undefined;
  }
}

function waiting(reason: Obstacle["reason"]): Obstacle {
  return { reason, tone: "wait", keepable: false };
}
