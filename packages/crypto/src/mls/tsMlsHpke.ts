/**
 * HPKE (RFC 9180) by @hpke/core over the primitives of our provider: its key schedule takes HKDF and AES-GCM from there, and X25519 where the
 * provider has it. A path of a large group seals for hundreds of nodes, and WebCrypto's promises cost more than what they compute.
 */
import type { AeadInterface, KemInterface } from "@hpke/core";
import { AeadId, DhkemX25519HkdfSha256, HkdfSha256, HkdfSha512 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { x25519 } from "@noble/curves/ed25519.js";
import { utf8 } from "@sotto/protocol";
import type { CryptoProvider } from "../provider/port.ts";

type Bytes = ArrayBufferLike | ArrayBufferView;
type Hkdf = Pick<CryptoProvider, "hkdfExtract" | "hkdfExpand">;

/** What both hashes have in common; the labels of RFC 9180 §4 are the library's. */
function withProvider<T extends HkdfSha256 | HkdfSha512>(
  kdf: T,
  hash: "SHA-256" | "SHA-512",
  { hkdfExtract, hkdfExpand }: Hkdf,
): T {
  const extract = (salt: Bytes, ikm: Bytes): Uint8Array => hkdfExtract(hash, viewOf(salt), viewOf(ikm));
  const expand = (prk: Bytes, info: Bytes, length: number): Uint8Array =>
    hkdfExpand(hash, viewOf(prk), viewOf(info), length);
  kdf.extract = async (salt, ikm) => bufferOf(extract(salt, ikm));
  kdf.expand = async (prk, info, length) => bufferOf(expand(prk, info, length));
  kdf.extractAndExpand = async (salt, ikm, info, length) => {
    const prk = extract(salt, ikm);
    const output = bufferOf(expand(prk, info, length));
    prk.fill(0);
    return output;
  };
  return kdf;
}

/** HKDF-SHA256 or HKDF-SHA512 of RFC 9180 §7.2. */
export function providerKdf(hash: "SHA-256" | "SHA-512", provider: CryptoProvider): HkdfSha256 | HkdfSha512 {
  return hash === "SHA-256"
    ? withProvider(new HkdfSha256(), hash, provider)
    : withProvider(new HkdfSha512(), hash, provider);
}

/** AES-GCM of RFC 9180 §7.3; key 16 or 32 bytes. */
export function providerAead(keySize: 16 | 32, provider: CryptoProvider): AeadInterface {
  return {
    id: keySize === 16 ? AeadId.Aes128Gcm : AeadId.Aes256Gcm,
    keySize,
    nonceSize: 12,
    tagSize: 16,
    createEncryptionContext(rawKey) {
      const key = viewOf(rawKey).slice();
      return {
        seal: async (nonce, data, aad) =>
          bufferOf(await provider.aeadSeal(key, viewOf(nonce), viewOf(aad), viewOf(data))),
        async open(nonce, data, aad) {
          const opened = await provider.aeadOpen(key, viewOf(nonce), viewOf(aad), viewOf(data));
          if (opened === undefined) throw new Error("authentication failed");
          return bufferOf(opened);
        },
      };
    },
  };
}

/** DHKEM(X25519, HKDF-SHA256) of RFC 9180 §4.1: WebCrypto's unless the provider has X25519 itself. */
export function providerX25519Kem(provider: CryptoProvider): KemInterface {
  const { x25519: own } = provider;
  return own === undefined ? new DhkemX25519HkdfSha256() : new ProviderX25519Kem(provider, own);
}

/**
 * X-Wing (draft-connolly-cfrg-xwing-kem) with the provider's X25519, where there is one, in the place of the library's JavaScript. The field is
 * the library's own: should an update rename it, this is slower and nothing else.
 */
export function providerXWingKem({ x25519: own }: CryptoProvider): KemInterface {
  const kem = new XWing();
  if (own === undefined) return kem;
  const derive = async (secret: Uint8Array, point: Uint8Array): Promise<Uint8Array> => {
    const shared = own(secret, point);
    if (shared === undefined) throw new Error("a point of small order");
    return shared;
  };
  return Object.assign(kem, { _x25519: { derive } });
}

/**
 * Whether one can encrypt to an X25519 key: 32 bytes, not of small order (RFC 7748 §6.1). Such a key in a tree would make every later commit
 * fail. The bytes alone decide, so all members judge alike.
 */
export function isUsableX25519Key(provider: CryptoProvider, key: Uint8Array): boolean {
  if (key.length !== KEY_BYTES) return false;
  const secret = new Uint8Array(KEY_BYTES).fill(1);
  if (provider.x25519 !== undefined) return provider.x25519(secret, key) !== undefined;
  try {
    x25519.getSharedSecret(secret, key);
    return true;
  } catch {
    return false;
  }
}

const ML_KEM_KEY_BYTES = 1184;
const ML_KEM_COEFFICIENT_BYTES = 1152;
const ML_KEM_Q = 3329;

/** The same for X-Wing: an ML-KEM-768 key whose coefficients are reduced (FIPS 203 §7.2), then an X25519 key. */
export function isUsableXWingKey(provider: CryptoProvider, key: Uint8Array): boolean {
  for (let i = 0; i < ML_KEM_COEFFICIENT_BYTES; i += 3) {
    const [a, b, c] = [key[i] ?? 0xff, key[i + 1] ?? 0xff, key[i + 2] ?? 0xff];
    if ((a | ((b & 0x0f) << 8)) >= ML_KEM_Q || ((b >> 4) | (c << 4)) >= ML_KEM_Q) return false;
  }
  return isUsableX25519Key(provider, key.subarray(ML_KEM_KEY_BYTES));
}

/** "KEM" and the KEM's number (RFC 9180 §4.1). */
const KEM_SUITE_ID = Uint8Array.of(...utf8("KEM"), 0x00, 0x20);
const KEY_BYTES = 32;
const BASE_POINT = new Uint8Array(KEY_BYTES);
BASE_POINT[0] = 9;
const NONE = new Uint8Array();

/* oxlint-disable no-underscore-dangle -- the library's names */
/** Encapsulation is the library's; only its arithmetic and KDF are replaced. */
class ProviderX25519Kem extends DhkemX25519HkdfSha256 {
  constructor(provider: CryptoProvider, own: NonNullable<CryptoProvider["x25519"]>) {
    super();
    const kdf = providerKdf("SHA-256", provider);
    kdf.init(KEM_SUITE_ID);
    this._kdf = kdf;
    const dh = (secret: Uint8Array, point: Uint8Array): Uint8Array => {
      const shared = own(secret, point);
      // RFC 7748 §6.1, RFC 9180 §7.1.4.
      if (shared === undefined) throw new Error("a point of small order");
      return shared;
    };
    const derivePublicKey = async (key: X25519Key): Promise<X25519Key> =>
      keyOf("public", dh(bytesOfKey(key, "private"), BASE_POINT));
    this._prim = {
      serializePublicKey: async (key: X25519Key) => bufferOf(bytesOfKey(key, "public").slice()),
      serializePrivateKey: async (key: X25519Key) => bufferOf(bytesOfKey(key, "private").slice()),
      deserializePublicKey: async (key) => keyOf("public", viewOf(key).slice()),
      deserializePrivateKey: async (key) => keyOf("private", viewOf(key).slice()),
      importKey: async () => Promise.reject(new Error("not offered")),
      generateKeyPair: async () => Promise.reject(new Error("not offered")),
      async deriveKeyPair(ikm) {
        const prk = await kdf.labeledExtract(NONE, utf8("dkp_prk"), viewOf(ikm));
        const secret = new Uint8Array(await kdf.labeledExpand(prk, utf8("sk"), NONE, KEY_BYTES));
        const privateKey = keyOf("private", secret);
        return { privateKey, publicKey: await derivePublicKey(privateKey) };
      },
      derivePublicKey,
      dh: async (secret: X25519Key, point: X25519Key) =>
        bufferOf(dh(bytesOfKey(secret, "private"), bytesOfKey(point, "public"))),
    };
  }
}

/* oxlint-enable no-underscore-dangle */

/** The library hands keys through as WebCrypto's type, of which it reads nothing. */
interface X25519Key {
  readonly type: "public" | "private";
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
  readonly usages: [];
  readonly bytes: Uint8Array;
}

function keyOf(type: X25519Key["type"], bytes: Uint8Array): X25519Key {
  if (bytes.length !== KEY_BYTES) throw new Error("an X25519 key has 32 bytes");
  return { type, extractable: true, algorithm: { name: "X25519" }, usages: [], bytes };
}

function bytesOfKey({ type, bytes }: X25519Key, expected: X25519Key["type"]): Uint8Array {
  if (type !== expected || bytes.length !== KEY_BYTES) throw new Error(`not an X25519 ${expected} key`);
  return bytes;
}

function viewOf(bytes: Bytes): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

/** Results of a provider are arrays of their own. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  return whole.buffer as ArrayBuffer;
}
