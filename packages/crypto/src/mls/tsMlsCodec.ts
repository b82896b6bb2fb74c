/** MLS messages to bytes and back. The library's decoders throw errors of any class (defect 8) and accept more than one encoding. */
import { bytesEqual } from "@sotto/protocol";
import type { MLSMessage } from "ts-mls/message.js";
import { decodeMlsMessage, encodeMlsMessage } from "ts-mls/message.js";
import { MlsInputError } from "./port.ts";
import type { Guards } from "./tsMlsGuards.ts";

/**
 * Entries of one list. The library recurses once for each when it encodes, and how deep that may go is the platform's: without a bound
 * some members could read a handshake that others cannot.
 */
const MAX_LIST_ENTRIES = 1024;

export const encodeMessage: (message: MLSMessage) => Uint8Array = encodeMlsMessage;

/**
 * The message of exactly these bytes in their one canonical form; no byte of the input is kept. Throws {@link MlsInputError}
 * `malformed`. Everything after it works on a value whose encoding is the input, so nothing unread can hide in it.
 */
export function decodeMessage(bytes: Uint8Array, guards: Guards): MLSMessage {
  if (!guards(8)) return decodeMlsMessage(bytes, 0)?.[0] as MLSMessage;
  const message = attempt(() => decodeMlsMessage(bytes.slice(), 0)?.[0]);
  const canonical = message && attempt(() => encodeBounded(message, encodeMessage));
  if (message === undefined || canonical === undefined || !bytesEqual(canonical, bytes))
    throw new MlsInputError("malformed", "not an MLS message");
  return message;
}

/** The encoding of a decoded value, or `undefined` if a list in it has more than 1,024 entries. */
export function encodeBounded<T>(value: T, encode: (value: T) => Uint8Array): Uint8Array | undefined {
  return hasLongList(value) ? undefined : encode(value);
}

function hasLongList(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  if (!Array.isArray(value)) return Object.values(value).some(hasLongList);
  return value.length > MAX_LIST_ENTRIES || value.some(hasLongList);
}

/** The value, or `undefined` if the library threw: for foreign input it does so with whatever class. */
export function attempt<T>(operation: () => T): T | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
