/** Sotto in Node: a home is a folder. The terminal client and scripts begin here. */
import { resolve } from "node:path";
import type { SuiteId } from "@sotto/crypto";
import { createMlsEngine } from "@sotto/crypto";
import type { SottoHome } from "../../api.ts";
import { systemClock } from "../../runtime/clock.ts";
import { createHome } from "../../sdk/home.ts";
import { createNodeCryptoProvider } from "./cryptoProvider.ts";
import { eraseHomeStore, hasHomeStore, openHomeStore } from "./homeStore.ts";
import { connectNode, createNodeTransport } from "./serverConnection.ts";

export interface NodeHomeOptions {
  /** The folder; made with its store when it is first used, readable by its owner alone. One account at a time lives in it. */
  readonly dir: string;
  /**
   * Seals the store under a key derived from it instead of one that lies beside the store. Chosen when the store is made; the same must be
   * given ever after.
   */
  readonly passphrase?: string;
  /** Cipher suite of a device that is made here: 83 (X-Wing, the default) or 1 for tests with other programs. */
  readonly suite?: SuiteId;
}

/** Opens nothing yet: the folder is touched by the methods of the home. */
export function openNodeHome(options: NodeHomeOptions): SottoHome {
  const dir = resolve(options.dir);
  const crypto = createNodeCryptoProvider();
  return createHome({
    crypto,
    mls: createMlsEngine(crypto),
    clock: systemClock,
    ...(options.suite !== undefined && { suite: options.suite }),
    openStore: () => openHomeStore(dir, crypto, options.passphrase),
    hasStore: async () => hasHomeStore(dir),
    eraseStore: async () => eraseHomeStore(dir),
    transport: (origin) => createNodeTransport({ origin }),
    connect: (origin, token) => connectNode({ origin, token }),
  });
}

export { createNodeCryptoProvider } from "./cryptoProvider.ts";
