/** node:crypto behind the rules' crypto port. */
import { createPublicKey, hash, timingSafeEqual, verify } from "node:crypto";
import type { RuleCrypto } from "../../ports/crypto.ts";

/** DER of an Ed25519 SubjectPublicKeyInfo up to the 32 key bytes (RFC 8410 §4). */
const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");

export const nodeCrypto: RuleCrypto = {
  sha256(bytes) {
    return new Uint8Array(hash("sha256", bytes, "buffer"));
  },
  areEqual: (a, b) => a.length === b.length && timingSafeEqual(a, b),
  verifyEd25519(publicKey, message, signature) {
    try {
      const key = createPublicKey({
        key: Buffer.concat([ED25519_SPKI, publicKey]),
        format: "der",
        type: "spki",
      });
      return verify(null, message, key, signature);
    } catch {
      return false;
    }
  },
};
