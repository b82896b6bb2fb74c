/** An own message as it will be, shown before the device has stored it. */
import type { Sotto, StoredMessage } from "sotto";
import { pathOfNext } from "../path/pathNow.ts";

let lastOutgoing = 0;

/** The device gives it its place, and its id if it is not given one. */
export function outgoingMessage(
  { account, conversations }: Sotto,
  conversation: StoredMessage["conversation"],
  text: string,
): StoredMessage {
  const now = conversations.get(conversation);
  const nowMs = Date.now();
  return {
    id: `outgoing ${++lastOutgoing}` as StoredMessage["id"],
    conversation,
    order: 0,
    from: account,
    mine: true,
    text,
    files: [],
    event: null,
    replyTo: null,
    sentAtMs: nowMs,
    storedAtMs: nowMs,
    path: now === undefined ? "relay" : pathOfNext(now),
    state: "sending",
  };
}
