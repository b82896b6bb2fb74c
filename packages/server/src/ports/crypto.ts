/** The functions of public-key and hash cryptography that rules need. The platform's own, never ours. */
export interface RuleCrypto {
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  /** Whether both have the same bytes, in a time that depends on their lengths alone. */
  readonly areEqual: (a: Uint8Array, b: Uint8Array) => boolean;
  /** False for a wrong signature and for a key or signature that is none. `publicKey` has 32 bytes (RFC 8032). */
  readonly verifyEd25519: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}
