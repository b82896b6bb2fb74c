/** The line above the first unread message. It stays where it is while the conversation is open, although its messages are read by then. */
import type { StoredMessage } from "sotto";

export interface Divider {
  /** Of the first unread message. */
  readonly order: number;
  readonly count: number;
  /** Nobody has looked since: more unread messages belong to it. */
  readonly growing: boolean;
}

/**
 * The divider of a history that is being opened with so many unread messages, which may be more than are shown; `undefined` when all of it
 * is read.
 */
export function dividerOf(
  messages: readonly StoredMessage[],
  unread: number,
  looking: boolean,
): Divider | undefined {
  const shown = messages.filter(({ mine, state, event }) => !mine && state === "delivered" && event === null);
  const [first] = shown;
  if (unread === 0 || first === undefined) return undefined;
  return { order: first.order, count: Math.max(shown.length, unread), growing: !looking };
}

/** The divider after an arrival while somebody is looking, or nobody is. */
export function withArrival(
  divider: Divider | undefined,
  { mine, order, event }: Pick<StoredMessage, "mine" | "order" | "event">,
  looking: boolean,
): Divider | undefined {
  if (mine || looking || event !== null) return divider;
  if (divider?.growing === true) return { ...divider, count: divider.count + 1 };
  return { order, count: 1, growing: true };
}

/** Somebody looks at the conversation again. */
export function lookedAt(divider: Divider | undefined): Divider | undefined {
  return divider?.growing === true ? { ...divider, growing: false } : divider;
}
