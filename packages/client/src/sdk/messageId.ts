/** For applications that name their messages themselves. */
export { createMessageId } from "../engine/messageId.ts";
