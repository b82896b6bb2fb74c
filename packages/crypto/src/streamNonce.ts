/**
 * Nonces of STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015) in the form of age
 * (c2sp.org/age, payload): for a key that seals one stream and nothing else, so that no prefix is needed.
 */

/** Eleven bytes of number, big endian, and one that is 1 for the last chunk. */
export function streamNonce(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(3, BigInt(index));
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
