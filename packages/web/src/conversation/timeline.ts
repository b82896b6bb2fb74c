/** Groups messages for the eye: days, runs of one sender, and the one own message that spells its state. */
import type { StoredMessage } from "sotto";
import { dayHeading, dayOf } from "../text/dates.ts";

export interface TimelineMessage {
  readonly message: StoredMessage;
  /** Continues what the same person said just before. */
  readonly continues: boolean;
  /** The newest own message. */
  readonly newestOwn: boolean;
}

export interface TimelineDay {
  readonly day: string;
  readonly heading: string;
  readonly messages: readonly TimelineMessage[];
}

/** A longer pause ends a run. */
const RUN_MS = 5 * 60_000;

/** Days follow this device's clock, in which messages are ordered; senders' clocks may say anything. */
export function timelineOf(
  messages: readonly StoredMessage[],
  nowMs: number,
  locale?: string,
): readonly TimelineDay[] {
  const newestOwn = messages.findLast(({ mine }) => mine);
  const days: { day: string; heading: string; messages: TimelineMessage[] }[] = [];
  let previous: StoredMessage | undefined;
  for (const message of messages) {
    const day = dayOf(message.storedAtMs);
    const sameDay = days.at(-1)?.day === day;
    if (!sameDay) days.push({ day, heading: dayHeading(message.storedAtMs, nowMs, locale), messages: [] });
    const continues = sameDay && previous !== undefined && isRun(previous, message);
    days.at(-1)?.messages.push({ message, continues, newestOwn: message === newestOwn });
    previous = message;
  }
  return days;
}

function isRun(previous: StoredMessage, next: StoredMessage): boolean {
  return previous.from === next.from && next.storedAtMs - previous.storedAtMs <= RUN_MS;
}
