/** {@link EngineAlone} in Node, in batches as clients do. */
import type { SuiteId } from "@sotto/crypto";
import { RECEIVE_BATCH, SEND_BATCH } from "sotto/measured";
import { createNodeCryptoProvider } from "sotto/node";
import type { EngineAlone } from "./engineAlone.ts";
import { createEngineAlone } from "./engineAlone.ts";

export const BATCHES = { send: SEND_BATCH, receive: RECEIVE_BATCH };

export function createNodeEngine(suite: SuiteId): Promise<EngineAlone> {
  return createEngineAlone(createNodeCryptoProvider(), suite, BATCHES, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  });
}
