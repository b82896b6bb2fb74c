/** Where one writes: the conversation with a contact, or a group. */
import type { Contact, Conversation } from "sotto";
import type { Route } from "../app/route.ts";

export type Place =
  | { readonly contact: Contact; readonly conversation: Conversation | undefined }
  | { readonly contact: undefined; readonly conversation: Conversation };

/** The conversation's id; that of a contact is known before there is one. */
export function idOf({ contact, conversation }: Place): Conversation["id"] {
  return contact === undefined ? conversation.id : contact.conversation;
}

/** What it is known by in lists, and what its colour follows from: the contact's account, or the group's id. */
export function keyOf({ contact, conversation }: Place): string {
  return contact === undefined ? conversation.id : contact.account;
}

/** The contact's user name, or the group's name. */
export function titleOf({ contact, conversation }: Place): string {
  return contact === undefined ? conversation.name : contact.userName;
}

/** Nobody writes there any more: the contact is none, or one is out of the group. */
export function isEnded({ contact, conversation }: Place): boolean {
  return contact === undefined ? conversation.state === "ended" : contact.state === "removed";
}

/** Nothing protects a conversation any more that has ended, and a group that one is out of, or cannot open yet, has no members to show. */
export function hasDetails(place: Place): boolean {
  return !isEnded(place) && place.conversation?.state !== "needsKey";
}

export function routeOf(
  { contact, conversation }: Place,
  details = false,
): Extract<Route, { page: "conversation" | "group" }> {
  return contact === undefined
    ? { page: "group", id: conversation.id, details }
    : { page: "conversation", userName: contact.userName, details };
}

/** What the address names, if it is there. */
export function placeOf(
  route: Route,
  {
    contacts,
    conversations,
  }: { readonly contacts: readonly Contact[]; readonly conversations: readonly Conversation[] },
): Place | undefined {
  if (route.page === "group") {
    const conversation = conversations.find(({ id, kind }) => id === route.id && kind !== "pair");
    return conversation && { contact: undefined, conversation };
  }
  if (route.page !== "conversation") return undefined;
  const contact = contacts.find(({ userName }) => userName === route.userName);
  return contact && { contact, conversation: conversations.find(({ id }) => id === contact.conversation) };
}
