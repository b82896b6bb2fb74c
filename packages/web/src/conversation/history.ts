/** The messages of one conversation as far as they have been read from the device: pages of the past, and what happens since. */
import type { ClientEvent, StoredMessage } from "sotto";

export interface History {
  /** In local order. */
  readonly messages: readonly StoredMessage[];
  /** Own ones that the device has not stored yet, in the order of writing; their ids and orders are provisional. */
  readonly outgoing: readonly StoredMessage[];
  /** True when nothing earlier is on the device. */
  readonly complete: boolean;
  /** False until the first page is there. */
  readonly loaded: boolean;
}

export const EMPTY_HISTORY: History = { messages: [], outgoing: [], complete: false, loaded: false };

/** Messages asked for at once. */
export const PAGE_SIZE = 100;
/** More unread ones than this are not all shown at once. */
const MAX_FIRST_PAGE = 1000;
/** Read messages above the first unread one, so that one sees where it begins. */
const READ_BEFORE_UNREAD = 20;

/** How many messages the first page has to have, so that the first unread one is among them. */
export function firstPageSize(unread: number): number {
  return Math.min(Math.max(PAGE_SIZE, unread + READ_BEFORE_UNREAD), MAX_FIRST_PAGE);
}

/** Adds a page of at most `limit` messages that the device has given; one that is not full was the first of all. */
export function withPage(history: History, page: readonly StoredMessage[], limit: number): History {
  return {
    ...history,
    messages: merged(page, history.messages),
    complete: page.length < limit,
    loaded: true,
  };
}

/** How much to read again when events may have been missed: everything that is shown. */
export function resyncSize({ messages }: History): number {
  return Math.max(PAGE_SIZE, messages.length);
}

/** Puts what was read again, `size` messages of it, in the place of what was there; later events are kept. */
export function withResync(history: History, page: readonly StoredMessage[], size: number): History {
  const last = page.at(-1)?.order ?? 0;
  const later = history.messages.filter(({ order }) => order > last);
  return { ...history, messages: merged(page, later), complete: page.length < size, loaded: true };
}

/** What an event makes of the history; the same object when nothing. */
export function withEvent(
  history: History,
  conversation: StoredMessage["conversation"],
  event: ClientEvent,
): History {
  if (event.type !== "message" && event.type !== "state" && event.type !== "path") return history;
  if (conversationOf(event) !== conversation) return history;
  if (event.type === "state") return withOwn(history, event.id, { state: event.state });
  if (event.type === "path") return withOwn(history, event.id, { path: event.path });
  const { message } = event;
  return {
    ...history,
    messages: merged(history.messages, [message]),
    outgoing: message.mine
      ? withoutFirst(history.outgoing, ({ text }) => message.files.length === 0 && text === message.text)
      : history.outgoing,
  };
}

/** Shows a message before the device has stored it. */
export function withOutgoing(history: History, message: StoredMessage): History {
  return { ...history, outgoing: [...history.outgoing, message] };
}

/** Takes back a message that the device could not store. */
export function withoutOutgoing(history: History, id: StoredMessage["id"]): History {
  const outgoing = withoutFirst(history.outgoing, (message) => message.id === id);
  return outgoing === history.outgoing ? history : { ...history, outgoing };
}

/** Everything to be shown, what is not stored yet at the end. */
export function displayed({ messages, outgoing }: History): readonly StoredMessage[] {
  if (outgoing.length === 0) return messages;
  const next = (messages.at(-1)?.order ?? 0) + 1;
  return [...messages, ...outgoing.map((message, i) => ({ ...message, order: next + i }))];
}

/**
 * How many messages at the beginning are not shown: one as long as there are earlier ones. It says whether a day or a run begins behind it, so
 * that no row changes its height when the page before comes.
 */
export function hiddenCount({ complete }: Pick<History, "complete">): number {
  return complete ? 0 : 1;
}

/** Ids are scoped to their sender, and only own messages change; those that do are near the end. */
function withOwn(
  history: History,
  id: StoredMessage["id"],
  change: Partial<Pick<StoredMessage, "state" | "path">>,
): History {
  const index = history.messages.findLastIndex((message) => message.mine && message.id === id);
  const message = history.messages[index];
  if (message === undefined) return history;
  const next = { ...message, ...change };
  if (next.state === message.state && next.path === message.path) return history;
  return { ...history, messages: history.messages.with(index, next) };
}

function conversationOf(
  event: Extract<ClientEvent, { type: "message" | "state" | "path" }>,
): StoredMessage["conversation"] {
  return event.type === "message" ? event.message.conversation : event.conversation;
}

/** By local order, each once; of two with the same place the later argument's is the newer. Nothing is sorted when one follows the other. */
function merged(older: readonly StoredMessage[], newer: readonly StoredMessage[]): readonly StoredMessage[] {
  const [last, first] = [older.at(-1), newer[0]];
  if (last === undefined) return newer;
  if (first === undefined) return older;
  if (last.order < first.order) return [...older, ...newer];
  const byOrder = new Map([...older, ...newer].map((message) => [message.order, message]));
  return [...byOrder.values()].toSorted((a, b) => a.order - b.order);
}

function withoutFirst(
  messages: readonly StoredMessage[],
  matches: (message: StoredMessage) => boolean,
): readonly StoredMessage[] {
  const index = messages.findIndex(matches);
  return index === -1 ? messages : messages.toSpliced(index, 1);
}
