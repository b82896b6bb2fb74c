/** Own messages that have not left this device yet. They are stored; a program about to end gives them a last moment. */
import type { ConversationId, MessageId } from "@sotto/protocol";
import type { Sotto } from "sotto";
import { isStuck } from "./pathChoice.ts";
import { waitFor } from "./waiting.ts";

/** A message written just before the end is usually with the server, or the other device, within this time. */
const LAST_MOMENT_MS = 2000;

export interface Unsent {
  count(): number;
  /** Resolves when there are none, at once when none of them has a way, or when the moment is over. */
  readonly lastMoment: () => Promise<void>;
}

/** Counts from now on. */
export function trackUnsent(sotto: Sotto): Unsent {
  const unsent = new Map<MessageId, ConversationId>();
  sotto.on((event) => {
    if (event.type === "message" && event.message.mine) {
      unsent.set(event.message.id, event.message.conversation);
    }
    if (event.type === "state") unsent.delete(event.id);
  });
  const done = (): boolean => [...unsent.values()].every((conversation) => hasNoWay(sotto, conversation));
  return {
    count: () => unsent.size,
    async lastMoment() {
      if (!done()) await waitFor(sotto, LAST_MOMENT_MS, () => done() || undefined);
    },
  };
}

function hasNoWay({ connection, conversations }: Sotto, id: ConversationId): boolean {
  const conversation = conversations.get(id);
  if (conversation?.path === "direct") return isStuck(conversation);
  return connection === "offline" && conversation?.link.state !== "open";
}
