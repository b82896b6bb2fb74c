/** What a simulated server is built of beside the engine: a store in memory and the platform's cryptography. Never part of a product. */
export { nodeCrypto } from "../adapters/crypto/nodeCrypto.ts";
export type { MemoryStore } from "../adapters/memory/memoryStore.ts";
export { createMemoryStore } from "../adapters/memory/memoryStore.ts";
export type { RuleCrypto } from "../ports/crypto.ts";
export type { Hub, HubEffect, HubEvent } from "../ports/hub.ts";
export type { Outcome } from "../ports/requestExecutor.ts";
export { unpackFrames } from "../ports/packedFrames.ts";
export type { AnyResult, StoreRequest } from "../ports/requests.ts";
export type { RuleSettings } from "../ports/settings.ts";
export type { StoreTx } from "../ports/store.ts";
