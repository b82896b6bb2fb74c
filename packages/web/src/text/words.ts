/** The short words of states. */
import type { MessageState } from "sotto";

export const STATE_WORDS: Readonly<Record<MessageState, string>> = {
  sending: "sending",
  sent: "sent",
  delivered: "delivered",
  read: "read",
  failed: "not sent",
};
