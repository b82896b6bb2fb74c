/** Messages for tests of views. */
import type { StoredMessage } from "sotto";

/** A message of bob's, or of what `fields` says. */
export function message(order: number, fields: Partial<StoredMessage> = {}): StoredMessage {
  return {
    id: `id ${order}` as StoredMessage["id"],
    conversation: "conversation" as StoredMessage["conversation"],
    order,
    from: (fields.mine === true ? "alice" : "bob") as StoredMessage["from"],
    mine: false,
    text: `message ${order}`,
    files: [],
    event: null,
    replyTo: null,
    sentAtMs: 0,
    storedAtMs: 0,
    path: "relay",
    state: "delivered",
    ...fields,
  };
}
