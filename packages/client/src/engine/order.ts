/**
 * The place of a message in the history of its conversation: a number that begins with the time at which its device stored it and never falls.
 * So the histories that one account has had on several devices, one after the other, fit into one another without being renumbered.
 */
import type { ConversationRecord } from "./records/conversation.ts";

/** Orders within one millisecond. More messages than that run ahead of the clock. */
const ORDERS_PER_MS = 1024;
/** Reached in the year 2248 by the clock; the largest number that is exact. */
export const MAX_ORDER: number = Number.MAX_SAFE_INTEGER;
/** A device's clock may be anything: from here on orders only count. The year 2109. */
const MAX_CLOCK_ORDER: number = 2 ** 52;

/** The order of the next message that is stored in the conversation. */
export function orderNow({ nextOrder }: Pick<ConversationRecord, "nextOrder">, nowMs: number): number {
  return Math.max(nextOrder, Math.min(Math.floor(nowMs) * ORDERS_PER_MS, MAX_CLOCK_ORDER));
}
