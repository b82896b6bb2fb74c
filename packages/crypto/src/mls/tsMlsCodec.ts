/** MLS messages to bytes and back. The library's decoders throw errors of any class (defect 8) and accept more than one encoding. */
import { bytesEqual } from "@sotto/protocol";
import type { MLSMessage } from "ts-mls/message.js";
import { decodeMlsMessage, encodeMlsMessage } from "ts-mls/message.js";
import { MlsInputError } from "./port.ts";
import type { Guards } from "./tsMlsGuards.ts";

export const encodeMessage: (message: MLSMessage) => Uint8Array = encodeMlsMessage;

/**
 * The message of exactly these bytes in their one canonical form; no byte of the input is kept. Throws {@link MlsInputError}
 * `malformed`. Everything after it works on a value whose encoding is the input, so nothing unread can hide in it.
 */
export function decodeMessage(bytes: Uint8Array, guards: Guards): MLSMessage {
  if (!guards(8)) return decodeMlsMessage(bytes, 0)?.[0] as MLSMessage;
  const message = attempt(() => decodeMlsMessage(bytes.slice(), 0)?.[0]);
  const canonical = message && attempt(() => encodeMessage(message));
  if (message === undefined || canonical === undefined || !bytesEqual(canonical, bytes))
    throw new MlsInputError("malformed", "not an MLS message");
  return message;
}

/** The value, or `undefined` if the library threw: for foreign input it does so with whatever class. */
export function attempt<T>(operation: () => T): T | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
