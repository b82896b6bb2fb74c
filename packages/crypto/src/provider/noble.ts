/**
 * The provider that runs everywhere: audited JavaScript (@noble), synchronous, no platform crypto. Slower than the platform's own,
 * so clients prefer their adapters; tests and the simulation use this one with {@link seededRandom}.
 */
import { gcm } from "@noble/ciphers/aes.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { verifyEd25519 } from "./ed25519.ts";
import type { CryptoProvider, RandomBytes } from "./port.ts";

const HASH = { "SHA-256": sha256, "SHA-512": sha512 } as const;

/** A {@link CryptoProvider} whose only source of randomness is `random`. */
export function createNobleProvider(random: RandomBytes): CryptoProvider {
  return {
    random,
    sha256: (data) => sha256(data),
    sha256Long: (data) => sha256(data),
    sha512: (data) => sha512(data),
    hmac: (hash, key, data) => hmac(HASH[hash], key, data),
    hkdfExtract: (hash, salt, ikm) => extract(HASH[hash], ikm, salt),
    hkdfExpand: (hash, prk, info, length) => expand(HASH[hash], prk, info, length),
    aeadSeal: (key, nonce, aad, plaintext) => gcm(key, nonce, aad).encrypt(plaintext),
    aeadOpen(key, nonce, aad, ciphertext) {
      try {
        return gcm(key, nonce, aad).decrypt(ciphertext);
      } catch {
        return undefined;
      }
    },
    ed25519PublicKey: (privateKey) => ed25519.getPublicKey(privateKey),
    ed25519Sign: (privateKey, message) => ed25519.sign(message, privateKey),
    ed25519Verify: verifyEd25519,
  };
}
