/** What is known of the direct way of a conversation, for applications. */
import type { ConversationId } from "@sotto/protocol";
import type { LinkView } from "../contract.ts";
import type { Engine } from "../index.ts";

export function linkView(engine: Engine, id: ConversationId): LinkView {
  void engine;
  void id;
  return { state: "none", reason: "unsupported" };
}
