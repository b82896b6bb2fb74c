/** Why the composer is not there. */
import type { Contact, Conversation } from "sotto";

export interface Obstacle {
  readonly title: string;
  readonly sentence: string;
  /** stop: keys have changed, the one thing that stops a person · wait: it passes, or is meant. */
  readonly tone: "stop" | "wait";
  /** One may go on with the keys that one knows: those that the server shows were never taken. */
  readonly keepable?: boolean;
}

/** `undefined` when one can write. */
export function whyNotWrite(contact: Contact, conversation: Conversation | undefined): Obstacle | undefined {
  const { userName: name, state } = contact;
  if (!contact.pinned) {
    return {
      title: `The server shows other keys for ${name}`,
      sentence:
        "This happens when someone signs up again or loses every device. It could also be someone else. " +
        `Sending is paused. Ask ${name} in person, or over another channel, whether they signed up again.`,
      tone: "stop",
      keepable: state === "accepted" || state === "outgoing",
    };
  }
  if (state === "outgoing") {
    return {
      title: `Waiting for ${name}`,
      sentence: `You can write when ${name} has accepted your request. It keeps until they are online.`,
      tone: "wait",
    };
  }
  if (state === "incoming") {
    return {
      title: `${name} wants to write to you`,
      sentence: "You can write once you have accepted the request and the server has your answer.",
      tone: "wait",
    };
  }
  if (state === "blocked") {
    return {
      title: `You have blocked ${name}`,
      sentence: "Neither of you can write to the other.",
      tone: "wait",
    };
  }
  switch (conversation?.state) {
    case "ended":
    case undefined:
      return {
        title: "This conversation has ended",
        sentence: `To write to ${name} again, send a new request.`,
        tone: "wait",
      };
    case "undecided":
      return {
        title: "This device cannot follow the conversation now",
        sentence: `Sending is paused while it catches up with ${name}'s device. This can take until both are online.`,
        tone: "wait",
      };
    case "fork":
      return {
        title: "The server shows two different conversations",
        sentence: `Sending is paused. What this device received does not follow from what came before; ask ${name} what they see.`,
        tone: "stop",
      };
    case "active":
    case "pending":
      return undefined;
  }
}
