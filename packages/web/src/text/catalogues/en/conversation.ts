/** English; ids are `conversation.NAME`. */
export const conversation = {
  "conversation.send": "Send",
} as const;
