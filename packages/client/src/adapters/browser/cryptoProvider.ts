/**
 * {@link CryptoProvider} for browsers: WebCrypto wherever the port allows a promise, so that AES and signing keys meet constant-time
 * code, and noble for what has to be synchronous. Ed25519 falls back to noble in browsers that do not have it.
 */
import type { CryptoProvider } from "@sotto/crypto";
import { createNobleProvider, isStrictEd25519 } from "@sotto/crypto";
import { bytesEqual, concatBytes, fromHex, toHex } from "@sotto/protocol";

const TAG_BYTES = 16;
/** `getRandomValues` gives no more at once. */
const MAX_RANDOM_BYTES = 65_536;
/** Most devices talk to fewer keys than this; beyond it the oldest is imported again. */
const CACHED_KEYS = 1024;
/** Where copying the data begins to cost more than remembering the key. */
const BULK_BYTES = 65_536;
const ED25519 = "Ed25519";
/** RFC 8410: the fixed DER head before a 32-byte seed in PKCS #8, the only form of a seed that WebCrypto imports. */
const PRIVATE_KEY_HEAD = fromHex("302e020100300506032b657004220420") as Uint8Array;

type Ed25519Functions = Pick<CryptoProvider, "ed25519Sign" | "ed25519Verify">;

/** Needs a secure context: https, or http on this machine itself. */
export function createBrowserCryptoProvider(): CryptoProvider {
  const noble = createNobleProvider(randomBytes);
  const signing = hasEd25519().then((has): Ed25519Functions => (has ? nativeEd25519() : noble));
  return {
    ...noble,
    sha256Long,
    aeadSeal,
    aeadOpen,
    ed25519Sign: async (privateKey, message) => (await signing).ed25519Sign(privateKey, message),
    ed25519Verify: async (publicKey, message, signature) =>
      (await signing).ed25519Verify(publicKey, message, signature),
  };
}

function randomBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let from = 0; from < size; from += MAX_RANDOM_BYTES) {
    crypto.getRandomValues(bytes.subarray(from, from + MAX_RANDOM_BYTES));
  }
  return bytes;
}

async function sha256Long(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", source(data)));
}

async function aeadSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const parameters = gcm(nonce, aad);
  return withAesKey(
    key,
    plaintext,
    async (imported, data) => new Uint8Array(await crypto.subtle.encrypt(parameters, imported, data)),
  );
}

async function aeadOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (ciphertext.length < TAG_BYTES) return undefined;
  const parameters = gcm(nonce, aad);
  return withAesKey(key, ciphertext, async (imported, data) => {
    try {
      return new Uint8Array(await crypto.subtle.decrypt(parameters, imported, data));
    } catch {
      // WebCrypto says nothing but OperationError, so that nobody learns why.
      return undefined;
    }
  });
}

/** Keys that have sealed or opened so much at once, as long as somebody holds their arrays: they will again. */
const bulkKeys = new WeakMap<Uint8Array, { readonly bytes: Uint8Array; readonly key: CryptoKey }>();

/**
 * WebCrypto copies its data when it is called, and that is not before the key is there: by then the caller may have filled its buffer anew. A key
 * that is there already saves a copy of a megabyte.
 */
async function withAesKey<T>(
  key: Uint8Array,
  data: Uint8Array,
  work: (key: CryptoKey, data: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const known = bulkKeys.get(key);
  if (known !== undefined && bytesEqual(known.bytes, key)) return work(known.key, source(data));
  const [bytes, copy] = [copyOf(key), copyOf(data)];
  const imported = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  if (data.length >= BULK_BYTES) bulkKeys.set(key, { bytes, key: imported });
  else bytes.fill(0);
  return work(imported, copy);
}

function gcm(nonce: Uint8Array, aad: Uint8Array): AesGcmParams {
  return { name: "AES-GCM", iv: copyOf(nonce), additionalData: copyOf(aad), tagLength: 8 * TAG_BYTES };
}

function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

async function hasEd25519(): Promise<boolean> {
  return crypto.subtle.importKey("raw", new Uint8Array(32), ED25519, false, ["verify"]).then(
    () => true,
    () => false,
  );
}

function nativeEd25519(): Ed25519Functions {
  const privateKeys = privateKeyCache();
  const publicKeys = publicKeyCache();
  return {
    ed25519Sign: async (privateKey, message) =>
      new Uint8Array(await crypto.subtle.sign(ED25519, await privateKeys(privateKey), source(message))),
    async ed25519Verify(publicKey, message, signature) {
      if (!isStrictEd25519(publicKey, signature)) return false;
      try {
        return await crypto.subtle.verify(
          ED25519,
          await publicKeys(publicKey),
          source(signature),
          source(message),
        );
      } catch {
        // The bytes are no point of the curve: nobody signed anything with them.
        return false;
      }
    },
  };
}

async function importPrivateKey(seed: Uint8Array): Promise<CryptoKey> {
  const der = concatBytes(PRIVATE_KEY_HEAD, seed);
  try {
    return await crypto.subtle.importKey("pkcs8", source(der), ED25519, false, ["sign"]);
  } finally {
    der.fill(0);
  }
}

/**
 * Remembers a private key as long as its owner holds the array of its seed, and no longer: an account key that has been wiped and dropped
 * must not live on in here. What lies in the array decides; if it changes, so does the key.
 */
function privateKeyCache(): (seed: Uint8Array) => Promise<CryptoKey> {
  const cache = new WeakMap<Uint8Array, { readonly seed: Uint8Array; readonly key: Promise<CryptoKey> }>();
  return (seed) => {
    const cached = cache.get(seed);
    if (cached !== undefined && bytesEqual(cached.seed, seed)) return cached.key;
    cached?.seed.fill(0);
    const key = importPrivateKey(seed);
    cache.set(seed, { seed: Uint8Array.from(seed), key });
    key.catch(() => cache.delete(seed));
    return key;
  };
}

/** Remembers the last {@link CACHED_KEYS} imported public keys, first in first out; what could not be imported is forgotten. */
function publicKeyCache(): (bytes: Uint8Array) => Promise<CryptoKey> {
  const cache = new Map<string, Promise<CryptoKey>>();
  return (bytes) => {
    const name = toHex(bytes);
    const cached = cache.get(name);
    if (cached !== undefined) return cached;
    const key = crypto.subtle.importKey("raw", source(bytes), ED25519, false, ["verify"]);
    if (cache.size >= CACHED_KEYS) cache.delete(cache.keys().next().value as string);
    cache.set(name, key);
    key.catch(() => cache.delete(name));
    return key;
  };
}

/** WebCrypto takes no bytes that threads share; ours never are. */
function source(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
