/** What a scripted device makes of the path of a conversation. */
import type { Conversation, StoredMessage } from "sotto";

type Way = Pick<Conversation, "path" | "link">;

/** The direct way once the user has chosen: none for who takes none. */
export function linkAfter({ link }: Way, chosen: Conversation["path"]): Conversation["link"] {
  if (chosen === "relay") return { state: "none", reason: "relayOnly" };
  return link.state === "none" && link.reason === "relayOnly" ? { state: "connecting" } : link;
}

/** How an own message goes that is written now. */
export function wayOf({ path, link }: Way): Pick<StoredMessage, "path" | "state"> {
  if (link.state === "open") return { path: "direct", state: "delivered" };
  return path === "direct" ? { path: "direct", state: "sending" } : { path: "relay", state: "sent" };
}
