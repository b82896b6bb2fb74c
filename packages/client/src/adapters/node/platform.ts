/** What Node gives to the SDK: node:crypto, node:sqlite in a folder, ws, fetch or node:https, and node-datachannel where it is installed. */
import { join, resolve } from "node:path";
import type { SuiteId } from "@sotto/crypto";
import { createMlsEngine } from "@sotto/crypto";
import { systemClock } from "../../runtime/clock.ts";
import type { Platform } from "../../sdk/platform.ts";
import { createNodeCryptoProvider } from "./cryptoProvider.ts";
import { createNodeShelf } from "./fileShelf.ts";
import { SHELF_FOLDER, eraseHomeStore, hasHomeStore, openHomeStore } from "./homeStore.ts";
import { createNodeLinks } from "./links.ts";
import { pinnedAuthority } from "./pinnedAuthorities.ts";
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
  /** Whether the device may be connected to others directly; it is unless this is false. */
  readonly links?: boolean;
}

/** Opens nothing yet: the folder is touched when its store is used. */
export function createNodePlatform(options: NodeHomeOptions): Platform {
  const dir = resolve(options.dir);
  const crypto = createNodeCryptoProvider();
  const links = options.links === false ? undefined : createNodeLinks();
  return {
    crypto,
    mls: createMlsEngine(crypto),
    clock: systemClock,
    ...(links && { links }),
    ...(options.suite !== undefined && { suite: options.suite }),
    openStore: () => openHomeStore(dir, crypto, options.passphrase),
    shelf: async () => createNodeShelf(join(dir, SHELF_FOLDER)),
    hasStore: async () => hasHomeStore(dir),
    eraseStore: async () => eraseHomeStore(dir),
    transport: (origin) => createNodeTransport({ origin, authority: pinnedAuthority(dir, origin) }),
    connect: (origin, token) => connectNode({ origin, token, authority: pinnedAuthority(dir, origin) }),
  };
}
