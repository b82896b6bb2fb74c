/** Sotto in Node: a home is a folder. The terminal client and scripts begin here. */
import type { SottoHome } from "../../api.ts";
import { createHome } from "../../sdk/home.ts";
import type { NodeHomeOptions } from "./platform.ts";
import { createNodePlatform } from "./platform.ts";

/** Opens nothing yet: the folder is touched by the methods of the home. */
export function openNodeHome(options: NodeHomeOptions): SottoHome {
  return createHome(createNodePlatform(options));
}

export type { NodeHomeOptions } from "./platform.ts";
export { createNodeCryptoProvider } from "./cryptoProvider.ts";
export type { FilesToSend } from "./filesToSend.ts";
export { filesToSend } from "./filesToSend.ts";
export type { ServerOfHome, ServerTrust } from "./serverTrust.ts";
export { inspectServer, pinServer } from "./serverTrust.ts";
