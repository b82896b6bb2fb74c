/** The program of the store's thread: composes the rules with the SQLite store. Started by `openSqliteExecutor`. */
import { nodeCrypto } from "./adapters/crypto/nodeCrypto.ts";
import { hostStore } from "./adapters/sqlite/hostStore.ts";
import { createRuleLimits, executeBatch } from "./engine/index.ts";

hostStore((settings) => {
  const limits = createRuleLimits(settings);
  return (store, requests, report) =>
    executeBatch(store, requests, { nowMs: Date.now(), crypto: nodeCrypto, settings, limits, report });
});
