/** What is known of the direct way of a conversation, for applications. */
import type { ConversationId } from "@sotto/protocol";
import type { LinkView, NoLinkReason } from "../contract.ts";
import type { Core } from "../core.ts";
import { pathOf } from "../settings.ts";
import { isThere } from "./calls.ts";
import { isReady } from "./route.ts";
import type { DirectLink } from "./state.ts";
import { openLink } from "./state.ts";

/** As far as a view needs the engine. */
type Seen = Pick<Core, "state" | "live" | "now" | "canLink">;

/** The number of the link that can carry files of the conversation now: packets go through, and both sides want each other. */
export function fileLinkOf(core: Seen, id: ConversationId): number | undefined {
  const link = usableLink(core, id);
  return link?.steady === true ? link.number : undefined;
}

/** The conversation whose files a link of that number may bring, if it may. */
export function conversationOfLink(core: Seen, number: number): ConversationId | undefined {
  const link = [...core.live.links.values()].find((known) => known.number === number);
  return link && usableLink(core, link.conversation)?.conversation;
}

function usableLink(core: Seen, id: ConversationId): DirectLink | undefined {
  const conversation = core.state.conversations.get(id);
  return conversation !== undefined && isReady(core, conversation) ? openLink(core, id) : undefined;
}

export function linkView(core: Seen, id: ConversationId): LinkView {
  const link = core.live.links.get(id);
  if (link === undefined) return { state: "none", reason: whyNone(core, id) };
  return link.phase === "open" ? { state: "open", via: link.via } : { state: "connecting" };
}

function whyNone(core: Seen, id: ConversationId): NoLinkReason {
  const { state, live, canLink } = core;
  const conversation = state.conversations.get(id);
  if (conversation?.peer === null) return "group";
  if (pathOf(state.settings, id) === "relay") return "relayOnly";
  const said = live.linkTries.get(id)?.reason;
  if (!canLink || said === "unsupported") return "unsupported";
  if (conversation === undefined || !isReady(core, conversation)) return "notReady";
  if (live.phase !== "online") return "serverOffline";
  if (said === "peerRelayOnly" || said === "peerUnsupported" || said === "noTurn") return said;
  if (!isThere(core, conversation)) return "peerOffline";
  return said ?? "idle";
}
