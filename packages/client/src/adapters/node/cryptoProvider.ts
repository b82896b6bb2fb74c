/**
 * {@link CryptoProvider} on node:crypto. Everything is synchronous: a message costs microseconds, and a promise for each step would cost
 * more than the step. Ed25519 keys are kept as KeyObjects, because parsing one takes as long as using it.
 */
import type { KeyObject } from "node:crypto";
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  sign,
  verify,
} from "node:crypto";
import type { CryptoProvider, RandomBytes } from "@sotto/crypto";
import { isStrictEd25519 } from "@sotto/crypto";
import { bytesEqual } from "@sotto/protocol";
import { createSystemRandom } from "./randomBytes.ts";

const TAG_BYTES = 16;
const GCM_OPTIONS = { authTagLength: TAG_BYTES } as const;
/** Most devices talk to fewer public keys than this; beyond it the oldest is parsed again. */
const CACHED_KEYS = 1024;
/** RFC 8410: the fixed DER head before a 32-byte Ed25519 seed (PKCS #8) and public key (SubjectPublicKeyInfo). */
const PRIVATE_KEY_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_KEY_HEAD = Buffer.from("302a300506032b6570032100", "hex");
/** The same for X25519. */
const X25519_PRIVATE_KEY_HEAD = Buffer.from("302e020100300506032b656e04220420", "hex");
const X25519_PUBLIC_KEY_HEAD = Buffer.from("302a300506032b656e032100", "hex");

export interface NodeCryptoProviderOptions {
  /** The system's generator unless a test gives another. */
  readonly random?: RandomBytes;
}

export function createNodeCryptoProvider(options: NodeCryptoProviderOptions = {}): CryptoProvider {
  const privateKeys = privateKeyCache();
  const publicKeys = publicKeyCache();
  return {
    random: options.random ?? createSystemRandom(),
    sha256: nodeSha256,
    sha256Long: nodeSha256,
    sha512: (data) => plain(createHash("sha512").update(data).digest()),
    hmac,
    hkdfExtract: (hash, salt, ikm) => hmac(hash, salt, ikm),
    hkdfExpand,
    aeadSeal(key, nonce, aad, plaintext) {
      const cipher = createCipheriv(cipherFor(key), key, nonce, GCM_OPTIONS).setAAD(aad);
      const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
      sealed.set(cipher.update(plaintext));
      // GCM holds nothing back: this only makes the tag.
      cipher.final();
      sealed.set(cipher.getAuthTag(), plaintext.length);
      return sealed;
    },
    aeadOpen(key, nonce, aad, ciphertext) {
      if (ciphertext.length < TAG_BYTES) return undefined;
      const end = ciphertext.length - TAG_BYTES;
      const decipher = createDecipheriv(cipherFor(key), key, nonce, GCM_OPTIONS).setAAD(aad);
      decipher.setAuthTag(ciphertext.subarray(end));
      const opened = decipher.update(ciphertext.subarray(0, end));
      try {
        decipher.final();
      } catch {
        return undefined;
      }
      return plain(opened);
    },
    x25519,
    ed25519PublicKey: (privateKey) =>
      plain(
        createPublicKey(privateKeys(privateKey))
          .export({ format: "der", type: "spki" })
          .subarray(PUBLIC_KEY_HEAD.length),
      ),
    ed25519Sign: (privateKey, message) => plain(sign(null, message, privateKeys(privateKey))),
    ed25519Verify: (publicKey, message, signature) =>
      isStrictEd25519(publicKey, signature) && verify(null, message, publicKeys(publicKey), signature),
  };
}

type HashName = Parameters<CryptoProvider["hmac"]>[0];
const NODE_HASH = { "SHA-256": "sha256", "SHA-512": "sha512" } as const;
const HASH_BYTES = { "SHA-256": 32, "SHA-512": 64 } as const;

function nodeSha256(data: Uint8Array): Uint8Array {
  return plain(createHash("sha256").update(data).digest());
}

function hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  return plain(createHmac(NODE_HASH[hash], key).update(data).digest());
}

/** RFC 7748 §5. */
function x25519(privateKey: Uint8Array, point: Uint8Array): Uint8Array | undefined {
  const pkcs8 = Buffer.concat([X25519_PRIVATE_KEY_HEAD, privateKey]);
  const secret = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  pkcs8.fill(0);
  const spki = Buffer.concat([X25519_PUBLIC_KEY_HEAD, point]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  try {
    return plain(diffieHellman({ privateKey: secret, publicKey }));
  } catch {
    // OpenSSL refuses to give a shared secret of zeros.
    return undefined;
  }
}

/** RFC 5869 §2.3. Node's own `hkdf` only offers both steps at once. */
function hkdfExpand(hash: HashName, prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  // All that MLS derives: worth the shorter way.
  if (length <= HASH_BYTES[hash]) return hkdfBlock(hash, prk, info, length);
  const rounds = Math.ceil(length / HASH_BYTES[hash]);
  if (rounds > 255) throw new RangeError("HKDF gives at most 255 blocks");
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let round = 1, offset = 0; round <= rounds; round++) {
    block = createHmac(NODE_HASH[hash], prk).update(block).update(info).update(Uint8Array.of(round)).digest();
    output.set(block.subarray(0, length - offset), offset);
    offset += block.length;
  }
  return output;
}

/** The first block of the output, of which `length` bytes are asked for. */
function hkdfBlock(hash: HashName, prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const input = new Uint8Array(info.length + 1);
  input.set(info);
  input[info.length] = 1;
  const block = createHmac(NODE_HASH[hash], prk).update(input).digest();
  return length === block.length ? plain(block) : new Uint8Array(block.subarray(0, length));
}

function cipherFor(key: Uint8Array): "aes-128-gcm" | "aes-256-gcm" {
  if (key.length === 32) return "aes-256-gcm";
  if (key.length === 16) return "aes-128-gcm";
  throw new RangeError("an AES-GCM key has 16 or 32 bytes");
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([PRIVATE_KEY_HEAD, seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  der.fill(0);
  return key;
}

function publicKeyOf(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_KEY_HEAD, bytes]), format: "der", type: "spki" });
}

/**
 * Remembers a private key as long as its owner holds the array of its seed, and no longer: an account key that has been wiped and dropped
 * must not live on in here. What lies in the array decides; if it changes, so does the key.
 */
function privateKeyCache(): (seed: Uint8Array) => KeyObject {
  const cache = new WeakMap<Uint8Array, { readonly seed: Uint8Array; readonly key: KeyObject }>();
  return (seed) => {
    const cached = cache.get(seed);
    if (cached !== undefined && bytesEqual(cached.seed, seed)) return cached.key;
    cached?.seed.fill(0);
    const key = privateKeyOf(seed);
    cache.set(seed, { seed: Uint8Array.from(seed), key });
    return key;
  };
}

/** Remembers the KeyObjects of the last {@link CACHED_KEYS} public keys, first in first out. */
function publicKeyCache(): (bytes: Uint8Array) => KeyObject {
  const cache = new Map<string, KeyObject>();
  return (bytes) => {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    const cached = cache.get(name);
    if (cached !== undefined) return cached;
    const key = publicKeyOf(bytes);
    if (cache.size >= CACHED_KEYS) cache.delete(cache.keys().next().value as string);
    cache.set(name, key);
    return key;
  };
}

/** The same bytes as a plain Uint8Array: a Buffer's `slice` shares memory, which callers do not expect. */
function plain(buffer: Buffer): Uint8Array {
  // Small Buffers are cut from a shared pool; a copy keeps secrets wipeable and neighbours unreachable.
  return buffer.byteLength === buffer.buffer.byteLength
    ? new Uint8Array(buffer.buffer)
    : new Uint8Array(buffer);
}
