/** Own messages that the server does not have yet. They are stored; a program about to end gives them a last moment. */
import type { MessageId } from "@sotto/protocol";
import type { Sotto } from "sotto";
import { waitFor } from "./waiting.ts";

/** A message written just before the end is usually with the server within this time. */
const LAST_MOMENT_MS = 2000;

export interface Unsent {
  count(): number;
  /** Resolves when there are none, at once when the server is not reached, or when the moment is over. */
  readonly lastMoment: () => Promise<void>;
}

/** Counts from now on. */
export function trackUnsent(sotto: Sotto): Unsent {
  const ids = new Set<MessageId>();
  sotto.on((event) => {
    if (event.type === "message" && event.message.mine) ids.add(event.message.id);
    if (event.type === "state") ids.delete(event.id);
  });
  const done = (): boolean => ids.size === 0 || sotto.connection === "offline";
  return {
    count: () => ids.size,
    async lastMoment() {
      if (!done()) await waitFor(sotto, LAST_MOMENT_MS, () => done() || undefined);
    },
  };
}
