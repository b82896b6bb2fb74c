/** What the eye gets of each message besides its text: days, runs of one sender, the line above the unread ones, and which words are spelled. */
import type { StoredMessage } from "sotto";
import { dayOf } from "../text/dates.ts";
import type { Divider } from "./divider.ts";

export interface Row {
  /** The first of its local day on this screen. */
  readonly startsDay: boolean;
  /** How many unread messages begin here, for the line above; `undefined` elsewhere. */
  readonly unread: number | undefined;
  /** Continues what the same person said just before. */
  readonly continues: boolean;
  /** Inside a run the path is named again only where it changes. */
  readonly spellsPath: boolean;
  /** Of own messages: the newest one and those that have failed say how far they came. */
  readonly spellsState: boolean;
}

/** A longer pause ends a run. */
const RUN_MS = 5 * 60_000;

/**
 * The row of one message. Days follow this device's clock, in which messages are ordered; senders' clocks may say anything. It looks at the
 * neighbour alone, so that a long history costs nothing but the rows on screen.
 *
 * @param newestOwn as {@link newestOwnIndex} gives it
 */
export function rowOf(
  messages: readonly StoredMessage[],
  index: number,
  newestOwn: number,
  divider: Divider | undefined,
): Row {
  const message = messages[index] as StoredMessage;
  const previous = messages[index - 1];
  const startsDay = previous === undefined || dayOf(previous.storedAtMs) !== dayOf(message.storedAtMs);
  const unread = divider?.order === message.order ? divider.count : undefined;
  const continues =
    !startsDay && unread === undefined && previous.state !== "failed" && isRun(previous, message);
  return {
    startsDay,
    unread,
    continues,
    spellsPath: !continues || previous?.path !== message.path,
    spellsState: message.mine && (index === newestOwn || message.state === "failed"),
  };
}

/** Where the newest own message is; -1 when there is none. */
export function newestOwnIndex(messages: readonly StoredMessage[]): number {
  return messages.findLastIndex(({ mine, event }) => mine && event === null);
}

/** How many messages of others come after the message of this order. Lines about a group are none. */
export function arrivedAfter(messages: readonly StoredMessage[], order: number): number {
  const first = messages.findLastIndex((message) => message.order <= order) + 1;
  return messages.slice(first).filter(({ mine, event }) => !mine && event === null).length;
}

/** A message that has failed was sent anew if the same text follows. */
export function wasSentAgain(messages: readonly StoredMessage[], index: number): boolean {
  const failed = messages[index];
  return messages.some(
    (message, i) => i > index && message.mine && message.event === null && message.text === failed?.text,
  );
}

function isRun(previous: StoredMessage, next: StoredMessage): boolean {
  if (previous.event !== null || next.event !== null) return false;
  return previous.from === next.from && next.storedAtMs - previous.storedAtMs <= RUN_MS;
}
