/** Which way messages go, as people and scripts choose it, and what follows from it. */
import type { Conversation, PathMode } from "sotto";

export const PATH_MODES: readonly PathMode[] = ["auto", "direct", "turn", "relay"];
/** "default": a conversation follows the account's default. */
export const PATH_CHOICES: readonly (PathMode | "default")[] = [...PATH_MODES, "default"];

export function isPathMode(word: string): word is PathMode {
  return (PATH_MODES as readonly string[]).includes(word);
}

/** What the SDK takes for a conversation: null follows the default. `undefined` for another word. */
export function parsePathChoice(word: string): PathMode | null | undefined {
  if (word === "default") return null;
  return isPathMode(word) ? word : undefined;
}

/** What is written goes directly alone, and there is a reason why it does not; with `idle` a way is about to be looked for. */
export function isStuck({ path, link }: Pick<Conversation, "path" | "link">): boolean {
  return path === "direct" && link.state === "none" && link.reason !== "idle";
}
