/** Direct connections: when one is made, kept and given up. */
import type { ConversationId } from "@sotto/protocol";
import type { CommandResult, LinkHappening } from "../contract.ts";
import type { Core } from "../core.ts";
import { emit, refusal } from "../core.ts";

/** Somebody looks at the conversation: a direct way is worth having. */
export function attend(core: Core, id: ConversationId): CommandResult {
  if (!core.state.conversations.has(id)) return refusal("unknownConversation");
  return { ok: true, conversation: id };
}

/** The user has chosen another way for the conversation. */
export function onPathChosen(core: Core, id: ConversationId): void {
  emit(core, { type: "conversation", conversation: id, change: "path" });
}

export function onLink(core: Core, link: number, happening: LinkHappening): void {
  void core;
  void link;
  void happening;
}

export function onLinksTimer(core: Core): void {
  void core;
}
