/** Which way a conversation's messages go now (DIR-1, DIR-9). */
import type { ConversationId } from "@sotto/protocol";
import { isBaseKnown } from "../bases.ts";
import { contactOf, isPaused } from "../conversations.ts";
import type { Core } from "../core.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import { isForeignStore } from "../serverStore.ts";
import { modeOf } from "../settings.ts";
import { isSound, openLink } from "./state.ts";

/** Both sides are in the conversation, and nothing keeps this device from sending to the other. */
export function isReady(
  { live, state }: Pick<Core, "live" | "state">,
  conversation: ConversationRecord,
): boolean {
  const contact = contactOf(state, conversation);
  const isWanted = conversation.peer === null || contact?.state === "accepted";
  return conversation.state === "active" && !live.rolledBack && isWanted && !isPaused(state, conversation);
}

/** Whether the server takes posts to the conversation now. */
export function canUseRelay(core: Core, conversation: ConversationRecord): boolean {
  const { live } = core;
  return (
    isReady(core, conversation) &&
    live.phase === "online" &&
    !isForeignStore(core) &&
    !live.held.has(conversation.id) &&
    isBaseKnown(conversation)
  );
}

/** The way of messages and receipts; `undefined`: they wait. */
export function routeOf(core: Core, conversation: ConversationRecord): "direct" | "relay" | undefined {
  if (!isReady(core, conversation) || !isBaseKnown(conversation)) return undefined;
  const mode = modeOf(core.state.settings, conversation);
  const link = mode === "relay" ? undefined : openLink(core, conversation.id);
  if (link !== undefined && (mode === "direct" || isSound(link))) return "direct";
  if (mode !== "direct" && canUseRelay(core, conversation)) return "relay";
  return link && "direct";
}

/** {@link routeOf} of a conversation that may be gone by now. */
export function routeNow(core: Core, id: ConversationId): "direct" | "relay" | undefined {
  const conversation = core.state.conversations.get(id);
  return conversation && routeOf(core, conversation);
}
