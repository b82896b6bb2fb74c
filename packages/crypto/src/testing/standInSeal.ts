/** The stand-in's toy sealing: bytes that cannot be read or altered by accident. Anyone who tries can break it; no test here does. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesEqual, concatBytes, utf8 } from "@sotto/protocol";

const TAG_BYTES = 16;

/** A 32-byte value of all inputs; the purpose keeps different uses apart. */
export function mix(purpose: string, ...inputs: readonly Uint8Array[]): Uint8Array {
  return sha256(concatBytes(utf8(purpose), Uint8Array.of(0), ...inputs));
}

/** tag || plaintext under a repeating key stream. */
export function toySeal(key: Uint8Array, context: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return concatBytes(tagOf(key, context, plaintext), xor(key, plaintext));
}

/** `undefined` for another key or context, or altered bytes. */
export function toyOpen(key: Uint8Array, context: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const plaintext = xor(key, sealed.subarray(TAG_BYTES));
  return bytesEqual(tagOf(key, context, plaintext), sealed.subarray(0, TAG_BYTES)) ? plaintext : undefined;
}

function tagOf(key: Uint8Array, context: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, context.length);
  return mix("tag", key, size, context, plaintext).subarray(0, TAG_BYTES);
}

function xor(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) result[i] = (bytes[i] as number) ^ (key[i % key.length] as number);
  return result;
}
