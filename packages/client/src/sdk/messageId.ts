/** For applications that name their messages themselves. */
export { createMessageId, followingMessageId } from "../engine/messageId.ts";
