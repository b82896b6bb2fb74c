/** How a text gets to a target: into its conversation, or as a contact request to somebody new. */
import type { MessageId } from "@sotto/protocol";
import { MAX_REQUEST_TEXT_CHARS } from "@sotto/protocol";
import type { Contact, Conversation, Sotto } from "sotto";
import { CommandError } from "./problems.ts";
import type { Target } from "./target.ts";

/** Among so many of the latest messages a request's own one is looked for. */
const RECENT = 20;

/** The conversation of a target, if this device has it: `#` goes by id, or by the name of the only group that has it. */
export function conversationOf(sotto: Sotto, target: Target): Conversation | undefined {
  if ("user" in target) return sotto.conversations.withUser(target.user);
  const conversations = sotto.conversations.list();
  const named = conversations.filter(({ kind, name }) => kind !== "pair" && name === target.conversation);
  return (
    conversations.find(({ id }) => id === target.conversation) ?? (named.length === 1 ? named[0] : undefined)
  );
}

/** Like {@link conversationOf}; throws `unknownConversation` or `notContact`. */
export function mustConversation(sotto: Sotto, target: Target): Conversation {
  const found = conversationOf(sotto, target);
  if (found !== undefined) return found;
  if ("user" in target) {
    throw new CommandError(
      "notContact",
      `${target.user} is not among your contacts. Send a contact request first.`,
    );
  }
  throw new CommandError("unknownConversation", "There is no such conversation on this device.");
}

/** Like {@link mustConversation}; throws `notAccepted` of somebody whose contact request waits for an answer. */
export function mustBeWritable(sotto: Sotto, target: Target): Conversation {
  if ("user" in target && contactOf(sotto, target.user)?.state === "incoming") {
    throw new CommandError(
      "notAccepted",
      `${target.user} has sent you a contact request. Accept it before you write.`,
    );
  }
  return mustConversation(sotto, target);
}

export interface Stored {
  readonly id: MessageId;
  readonly conversation: Conversation["id"];
}

/**
 * Stores a text for sending. To somebody who is no contact it goes as a contact request, which holds 500 characters. A request that came
 * from them is not accepted silently: `notAccepted`.
 */
export async function sendText(
  sotto: Sotto,
  target: Target,
  text: string,
  replyTo?: MessageId,
): Promise<Stored> {
  if ("user" in target && asksFirst(sotto, target)) return request(sotto, target.user, text);
  const { id } = mustBeWritable(sotto, target);
  const handle = await sotto.messages.send(id, text, replyTo === undefined ? {} : { replyTo });
  return { id: handle.id, conversation: handle.conversation };
}

/** True when {@link sendText} would make a contact request: the target is a user who is no contact. */
export function asksFirst(sotto: Sotto, target: Target | undefined): boolean {
  if (target === undefined || !("user" in target)) return false;
  const contact = contactOf(sotto, target.user);
  return contact === undefined || contact.state === "removed";
}

function contactOf(sotto: Sotto, name: string): Contact | undefined {
  return sotto.contacts.list().find(({ userName }) => userName === name);
}

async function request(sotto: Sotto, userName: string, text: string): Promise<Stored> {
  if (text.length > MAX_REQUEST_TEXT_CHARS) {
    throw new CommandError(
      "textTooLong",
      `The first message to somebody new has at most ${MAX_REQUEST_TEXT_CHARS} characters, and this one has ${text.length}.`,
    );
  }
  const { conversation } = await sotto.contacts.add(userName, text);
  const recent = await sotto.messages.list(conversation, { limit: RECENT });
  const first = recent.findLast((message) => message.mine && message.text === text);
  if (first === undefined) {
    throw new CommandError(
      "sendFailed",
      `${userName} had sent a contact request meanwhile. It is accepted; send again.`,
    );
  }
  return { id: first.id, conversation };
}
