/** The messages of one conversation as far as they have been read from the device: pages of the past, and what happens since. */
import type { ClientEvent, StoredMessage } from "sotto";

export interface History {
  /** In local order. */
  readonly messages: readonly StoredMessage[];
  /** True when nothing earlier is on the device. */
  readonly complete: boolean;
  /** False until the first page is there. */
  readonly loaded: boolean;
}

export const EMPTY_HISTORY: History = { messages: [], complete: false, loaded: false };

/** Messages asked for at once. */
export const PAGE_SIZE = 50;

/** Adds a page that the device has given; one that is not full was the first of all. */
export function withPage(history: History, page: readonly StoredMessage[]): History {
  return { messages: merged(page, history.messages), complete: page.length < PAGE_SIZE, loaded: true };
}

/** How much to read again when events may have been missed: everything that is shown. */
export function resyncSize({ messages }: History): number {
  return Math.max(PAGE_SIZE, messages.length);
}

/** Puts what was read again, `size` messages of it, in the place of what was there; later events are kept. */
export function withResync(history: History, page: readonly StoredMessage[], size: number): History {
  const last = page.at(-1)?.order ?? 0;
  const later = history.messages.filter(({ order }) => order > last);
  return { messages: merged(page, later), complete: page.length < size, loaded: true };
}

/** What an event makes of the history; the same object when nothing. */
export function withEvent(
  history: History,
  conversation: StoredMessage["conversation"],
  event: ClientEvent,
): History {
  switch (event.type) {
    case "message":
      if (event.message.conversation !== conversation) return history;
      return { ...history, messages: merged(history.messages, [event.message]) };
    case "state": {
      if (event.conversation !== conversation) return history;
      const { id, state } = event;
      return {
        ...history,
        messages: history.messages.map((message) => (isOwn(message, id) ? { ...message, state } : message)),
      };
    }
    default:
      return history;
  }
}

/** By local order, each once; of two with the same place the later argument's is the newer. */
function merged(older: readonly StoredMessage[], newer: readonly StoredMessage[]): readonly StoredMessage[] {
  const byOrder = new Map([...older, ...newer].map((message) => [message.order, message]));
  return [...byOrder.values()].toSorted((a, b) => a.order - b.order);
}

/** Ids are scoped to their sender, and states are told of own messages alone. */
function isOwn(message: StoredMessage, id: StoredMessage["id"]): boolean {
  return message.mine && message.id === id;
}
