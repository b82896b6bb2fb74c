/** Why the composer is not there. */
import type { Place } from "../device/place.ts";
import type { TextId } from "../text/catalogues/en/index.ts";

export interface Obstacle {
  readonly reason:
    | "keysChanged"
    | "outgoing"
    | "incoming"
    | "blocked"
    | "ended"
    | "unready"
    | "undecided"
    | "fork"
    | "needsKey";
  /** Takes the place's `name`. */
  readonly title: TextId;
  /** Takes it too; where the title says all there is none. */
  readonly text: TextId | undefined;
  /** stop: keys or histories do not fit, the one thing that stops a person · wait: it passes, or is meant. */
  readonly tone: "stop" | "wait";
  /** One may go on with the keys that one knows: those that the server shows were never taken. */
  readonly keepable: boolean;
}

/** `undefined` when one can write. */
export function whyNotWrite(place: Place): Obstacle | undefined {
  const { contact, conversation } = place;
  if (contact === undefined) return whyNotInGroup(conversation.state);
  const { state, pinned } = contact;
  if (!pinned) return stopping("keysChanged", state === "accepted" || state === "outgoing");
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
      return stopping("fork", false);
    case "active":
    case "pending":
    // No pair has a key.
    case "needsKey":
      return undefined;
  }
}

function whyNotInGroup(state: NonNullable<Place["conversation"]>["state"]): Obstacle | undefined {
  switch (state) {
    case "ended":
      return { ...waiting("ended"), title: "groups.ended", text: undefined };
    case "undecided":
      return { ...waiting("undecided"), title: "groups.undecided.title", text: "groups.undecided.text" };
    case "fork":
      return { ...stopping("fork", false), title: "groups.fork.title", text: "groups.fork.text" };
    case "needsKey":
      return {
        reason: "needsKey",
        title: "groups.needsKey.title",
        text: "groups.needsKey.text",
        tone: "wait",
        keepable: false,
      };
    case "active":
    case "pending":
      return undefined;
  }
}

function waiting(reason: Worded): Obstacle {
  return { reason, ...wordsOf(reason), tone: "wait", keepable: false };
}

function stopping(reason: Worded, keepable: boolean): Obstacle {
  return { reason, ...wordsOf(reason), tone: "stop", keepable };
}

/** With words of a pair. */
type Worded = Exclude<Obstacle["reason"], "needsKey">;

function wordsOf(reason: Worded): Pick<Obstacle, "title" | "text"> {
  return { title: `conversation.${reason}.title`, text: `conversation.${reason}.text` };
}
