import type { Contact } from "sotto";

/** Nothing protects a conversation any more that has ended with its contact. */
export function hasDetails(state: Contact["state"]): boolean {
  return state !== "removed";
}
