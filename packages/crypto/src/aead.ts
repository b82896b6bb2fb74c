/** Sealing with a fresh random nonce: nonce (12 bytes) || AES-256-GCM ciphertext and tag. Few seals per key, so 96 random bits suffice. */
import type { Label } from "@sotto/protocol";
import { concatBytes, labelled } from "@sotto/protocol";
import type { CryptoProvider } from "./provider/port.ts";

/** AES-256 keys. */
export const SEAL_KEY_BYTES = 32;
/** What sealing adds: nonce and tag. */
const SEAL_OVERHEAD_BYTES = 12 + 16;

const NONCE_BYTES = 12;

/** Sealed bytes that open only under the same key, label and context. */
export async function sealLabelled(
  provider: CryptoProvider,
  key: Uint8Array,
  label: Label,
  context: readonly Uint8Array[],
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const nonce = provider.random(NONCE_BYTES);
  return concatBytes(nonce, await provider.aeadSeal(key, nonce, labelled(label, ...context), plaintext));
}

/** The plaintext, or `undefined` for another key, label or context, or altered bytes. */
export async function openLabelled(
  provider: CryptoProvider,
  key: Uint8Array,
  label: Label,
  context: readonly Uint8Array[],
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (sealed.length < SEAL_OVERHEAD_BYTES) return undefined;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  return provider.aeadOpen(key, nonce, labelled(label, ...context), sealed.subarray(NONCE_BYTES));
}
