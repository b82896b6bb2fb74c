/** The line above the first unread message. It stays where it is while the conversation is open, although its messages are read by then. */
import type { StoredMessage } from "sotto";

export interface Divider {
  /** Of the first unread message. */
  readonly order: number;
  readonly count: number;
  /** Nobody has looked since: more unread messages belong to it. */
  readonly growing: boolean;
}

/** The divider of a history that is being opened; `undefined` when all of it is read. */
export function dividerOf(messages: readonly StoredMessage[], looking: boolean): Divider | undefined {
  const unread = messages.filter(({ mine, state }) => !mine && state === "delivered");
  const [first] = unread;
  return first && { order: first.order, count: unread.length, growing: !looking };
}

/** The divider after an arrival while somebody is looking, or nobody is. */
export function withArrival(
  divider: Divider | undefined,
  { mine, order }: Pick<StoredMessage, "mine" | "order">,
  looking: boolean,
): Divider | undefined {
  if (mine || looking) return divider;
  if (divider?.growing === true) return { ...divider, count: divider.count + 1 };
  return { order, count: 1, growing: true };
}

/** Somebody looks at the conversation again. */
export function lookedAt(divider: Divider | undefined): Divider | undefined {
  return divider?.growing === true ? { ...divider, growing: false } : divider;
}
