/**
 * What a platform gives to the crypto of this package. Implementations: seeded noble (here, for tests and the simulation), node:crypto
 * and WebCrypto (client adapters). All run one contract suite.
 */

/** Cryptographically secure random bytes. */
export type RandomBytes = (size: number) => Uint8Array;

export interface CryptoProvider {
  readonly random: RandomBytes;
  sha256(data: Uint8Array): Uint8Array;
  /** The same for a megabyte: a promise where the platform is faster that way. Takes the bytes as they are when it is called. */
  sha256Long(data: Uint8Array): Promise<Uint8Array> | Uint8Array;
  sha512(data: Uint8Array): Uint8Array;
  hmac(hash: "SHA-256" | "SHA-512", key: Uint8Array, data: Uint8Array): Uint8Array;
  /** RFC 5869. */
  hkdfExtract(hash: "SHA-256" | "SHA-512", salt: Uint8Array, ikm: Uint8Array): Uint8Array;
  hkdfExpand(hash: "SHA-256" | "SHA-512", prk: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** AES-GCM with a 16-byte tag appended; key 16 or 32 bytes, nonce 12. Takes the bytes as they are when it is called. */
  aeadSeal(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
  ): Promise<Uint8Array> | Uint8Array;
  /** `undefined` when the tag does not match. Takes the bytes as they are when it is called. */
  aeadOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Promise<Uint8Array | undefined> | Uint8Array | undefined;
  /**
   * RFC 7748 §5 of a 32-byte private key and point: the shared secret, or `undefined` if it is zero. Only where the platform has it as a
   * synchronous function; elsewhere HPKE uses WebCrypto's.
   */
  readonly x25519?: (privateKey: Uint8Array, point: Uint8Array) => Uint8Array | undefined;
  /** RFC 8032; the private key is the 32-byte seed. */
  ed25519PublicKey(privateKey: Uint8Array): Uint8Array;
  ed25519Sign(privateKey: Uint8Array, message: Uint8Array): Promise<Uint8Array> | Uint8Array;
  ed25519Verify(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean> | boolean;
}
