/** For benches: the parts of a device in Node, so that what they cost can be measured where they meet. Never part of a product. */
export { createNodePlatform } from "../adapters/node/platform.ts";
export { RECEIVE_BATCH } from "../engine/inbox.ts";
export { SEND_BATCH } from "../engine/posts.ts";
export type { LocalStore } from "../ports/store.ts";
export { createHome } from "../sdk/home.ts";
export type { Platform, SessionConnection } from "../sdk/platform.ts";
