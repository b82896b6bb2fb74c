/** What the list shows of each contact. */
import type { Contact, Conversation } from "sotto";

export interface Row {
  readonly contact: Contact;
  readonly conversation: Conversation | undefined;
}

/** One row for each contact that one has asked or accepted: by latest message, then those without any by name. */
export function rowsOf(view: {
  readonly contacts: readonly Contact[];
  readonly conversations: readonly Conversation[];
}): readonly Row[] {
  const byId = new Map(view.conversations.map((conversation) => [conversation.id, conversation]));
  return view.contacts
    .filter(({ state }) => state === "accepted" || state === "outgoing" || state === "blocked")
    .map((contact) => ({ contact, conversation: byId.get(contact.conversation) }))
    .toSorted((a, b) => latest(b) - latest(a) || compareNames(a, b));
}

/** The second line of a row when it is not the last message. */
export function noteOf({ contact }: Row): string | undefined {
  if (contact.state === "outgoing") return "Waiting for an answer";
  if (contact.state === "blocked") return "Blocked";
  return undefined;
}

function latest({ conversation }: Row): number {
  return conversation?.lastMessage?.storedAtMs ?? 0;
}

function compareNames(a: Row, b: Row): number {
  return a.contact.userName < b.contact.userName ? -1 : 1;
}
