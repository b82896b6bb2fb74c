/** What the composed server and the simulation use of the engine. */
export { DEFAULT_RULE_SETTINGS } from "./defaultSettings.ts";
export type { BatchContext } from "./executeBatch.ts";
/** `executeBatch(store, requests, context): Outcome[]` - one durable transaction; outcomes may leave once it has returned. */
export { executeBatch } from "./executeBatch.ts";
export { createRuleLimits } from "./ruleLimits.ts";
/** `createHub({sha256, ...}): Hub` */
export { createHub } from "./hub/hub.ts";
/** `prepareFrame: PrepareFrame` */
export { prepareFrame } from "./frames/prepareFrame.ts";
/** `createRateLimiter(settings: BucketSettings): RateLimiter` */
export { createRateLimiter } from "./tokenBucket.ts";
