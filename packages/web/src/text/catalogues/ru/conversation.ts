import type { conversation as en } from "../en/conversation.ts";
import type { Translated } from "../translated.ts";

export const conversation: Translated<typeof en> = {
  "conversation.send": "Отправить",
};
