/** Which key made a PrivateMessage, as every member of its epoch can see: for tests that look for a key used twice. */
import { decryptSenderData } from "ts-mls/privateMessage.js";
import { decodeMessage } from "../mls/tsMlsCodec.ts";
import { decodeState } from "../mls/tsMlsState.ts";
import { insiderContext } from "./insider.ts";

export interface SenderDataSeen {
  readonly epoch: number;
  readonly leaf: number;
  readonly generation: number;
  readonly isHandshake: boolean;
}

/** The sender data of a message of the current epoch of the stored parts, by the library. Throws if it is none. */
export async function senderDataOf(
  parts: ReadonlyMap<string, Uint8Array>,
  bytes: Uint8Array,
): Promise<SenderDataSeen> {
  const { suite, current } = decodeState(parts);
  const message = decodeMessage(bytes, insiderContext.guards);
  if (message.wireformat !== "mls_private_message") throw new TypeError("no PrivateMessage");
  const { privateMessage } = message;
  const { impl } = insiderContext.suite(suite);
  const seen = await decryptSenderData(privateMessage, current.senderDataSecret, impl);
  if (seen === undefined) throw new TypeError("of another epoch");
  return {
    epoch: Number(privateMessage.epoch),
    leaf: seen.leafIndex,
    generation: seen.generation,
    isHandshake: privateMessage.contentType !== "application",
  };
}
