/** Follows one own message from the outbox to the other side's eyes. */
import type { ConversationId, MessageId } from "@sotto/protocol";
import type { SendHandle } from "../api.ts";
import type { MessageState } from "../engine/contract.ts";
import type { EventQueue } from "./eventQueue.ts";
import { createEventQueue } from "./eventQueue.ts";
import { sottoError } from "./messages.ts";

const RANK = { sending: 0, sent: 1, delivered: 2, read: 3, failed: 4 } as const satisfies Record<
  MessageState,
  number
>;
const STATES = 5;

export interface SendTracker {
  readonly handle: SendHandle;
  /** Takes a newer state; an older one or the same changes nothing. Returns true when there will be no other. */
  advance(state: MessageState): boolean;
  /** The client closes: iterators end, waiters are rejected with `closed`. */
  close(): void;
}

export function createSendTracker(conversation: ConversationId, id: MessageId): SendTracker {
  const seen: MessageState[] = ["sending"];
  const queues = new Set<EventQueue<MessageState>>();
  const waiters = new Set<{
    readonly state: MessageState;
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  }>();
  let closed = false;
  const current = (): MessageState => seen.at(-1) ?? "sending";
  const isFinal = (): boolean => current() === "read" || current() === "failed";

  const settle = (): void => {
    for (const waiter of waiters) {
      const outcome = outcomeFor(waiter.state, current(), closed);
      if (outcome === "pending") continue;
      waiters.delete(waiter);
      if (outcome === "reached") waiter.resolve();
      else waiter.reject(sottoError(outcome));
    }
    if (isFinal() || closed) for (const queue of queues) queue.end();
  };

  return {
    handle: {
      id,
      conversation,
      states() {
        // Each state comes once, so the queue never holds more than there are.
        const queue: EventQueue<MessageState> = createEventQueue(
          STATES,
          () => sottoError("internal"),
          () => queues.delete(queue),
        );
        for (const state of seen) queue.push(state);
        if (isFinal() || closed) queue.end();
        else queues.add(queue);
        return queue.iterator;
      },
      reached(state) {
        return new Promise((resolve, reject) => {
          waiters.add({ state, resolve, reject });
          settle();
        });
      },
    },
    advance(state) {
      if (!isFinal() && !closed && RANK[state] > RANK[current()]) {
        seen.push(state);
        for (const queue of queues) queue.push(state);
        settle();
      }
      return isFinal();
    },
    close() {
      closed = true;
      settle();
    },
  };
}

function outcomeFor(
  wanted: MessageState,
  current: MessageState,
  closed: boolean,
): "reached" | "pending" | "sendFailed" | "closed" {
  if (wanted === current) return "reached";
  if (current === "failed") return "sendFailed";
  // A message that was read will not fail any more.
  if (wanted !== "failed" && RANK[current] > RANK[wanted]) return "reached";
  return closed || current === "read" ? "closed" : "pending";
}
