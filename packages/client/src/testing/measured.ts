/** For benches and tests from outside: the parts of a device in Node, so that what they cost can be measured where they meet. Never part of a product. */
export { createNodePlatform } from "../adapters/node/platform.ts";
export { createNodeTransport } from "../adapters/node/serverConnection.ts";
export { RECEIVE_BATCH } from "../engine/inbox.ts";
export { SEND_BATCH } from "../engine/posts.ts";
export { createHttpBlobs } from "../http/blobs.ts";
export { createFetchTransport } from "../http/fetchTransport.ts";
export type { BlobAnswer, Blobs } from "../ports/blobs.ts";
export type { LocalStore } from "../ports/store.ts";
export { createHome } from "../sdk/home.ts";
export type { Platform, SessionConnection } from "../sdk/platform.ts";
