/**
 * The cipher suites of ts-mls built from our {@link CryptoProvider}: hash, KDF, AEAD, signatures and all randomness come from it. HPKE
 * (RFC 9180) is @hpke/core with X25519 or X-Wing, over the same provider (tsMlsHpke.ts). What it would draw at random is drawn from the
 * provider, so a seeded provider gives the same bytes again.
 */
import type { KemInterface } from "@hpke/core";
import { CipherSuite } from "@hpke/core";
import type { CiphersuiteImpl, CiphersuiteName } from "ts-mls/crypto/ciphersuite.js";
import type { Hpke, PrivateKey, PublicKey } from "ts-mls/crypto/hpke.js";
import { constantTimeEqual } from "ts-mls/util/constantTimeCompare.js";
import { CryptoError } from "ts-mls/mlsError.js";
import type { CryptoProvider, RandomBytes } from "../provider/port.ts";
import type { SuiteId } from "./port.ts";
import {
  isUsableX25519Key,
  isUsableXWingKey,
  providerAead,
  providerKdf,
  providerX25519Kem,
  providerXWingKem,
} from "./tsMlsHpke.ts";

/** A value, or the promise of one where the platform has no synchronous form. */
export type Awaitable<T> = T | Promise<T>;

/**
 * The functions of one cipher suite that our own code is written over, for any suite of RFC 9420 §17.1. Hashes are synchronous everywhere.
 * Results are the caller's own arrays. HPKE is not among them: it stays with {@link Suite.impl}.
 */
export interface Primitives {
  /** Nh: size of a hash, and of every secret that is derived. */
  readonly hashBytes: number;
  /** Nk and Nn of RFC 9180: sizes of the AEAD's key and nonce. */
  readonly keyBytes: number;
  readonly nonceBytes: number;
  readonly random: RandomBytes;
  readonly digest: (data: Uint8Array) => Uint8Array;
  readonly mac: (key: Uint8Array, data: Uint8Array) => Uint8Array;
  /** RFC 5869. */
  readonly extract: (salt: Uint8Array, ikm: Uint8Array) => Uint8Array;
  readonly expand: (prk: Uint8Array, info: Uint8Array, length: number) => Uint8Array;
  readonly seal: CryptoProvider["aeadSeal"];
  /** `undefined` when the bytes are not what was sealed. */
  readonly open: CryptoProvider["aeadOpen"];
  readonly sign: (privateKey: Uint8Array, message: Uint8Array) => Awaitable<Uint8Array>;
  readonly verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Awaitable<boolean>;
}

interface SuiteParameters {
  readonly name: CiphersuiteName;
  readonly hash: "SHA-256" | "SHA-512";
  readonly hashBytes: number;
  readonly keyBytes: 16 | 32;
  readonly makeKem: (provider: CryptoProvider) => KemInterface;
  readonly isUsableKey: (provider: CryptoProvider, publicKey: Uint8Array) => boolean;
  /** Random bytes of one encapsulation: RFC 9180 §7.1.3 input keying material, or eseed of draft-connolly-cfrg-xwing-kem §5.4.1. */
  readonly encapsulationSeedBytes: number;
}

const PARAMETERS: Readonly<Record<SuiteId, SuiteParameters>> = {
  1: {
    name: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
    hash: "SHA-256",
    hashBytes: 32,
    keyBytes: 16,
    makeKem: providerX25519Kem,
    isUsableKey: isUsableX25519Key,
    encapsulationSeedBytes: 32,
  },
  83: {
    name: "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
    hash: "SHA-512",
    hashBytes: 64,
    keyBytes: 32,
    makeKem: providerXWingKem,
    isUsableKey: isUsableXWingKey,
    encapsulationSeedBytes: 64,
  },
};

const NONCE_BYTES = 12;
const KEY_SEED_BYTES = 32;

/** ts-mls's suite of a number, and what our checks need besides. */
export interface Suite {
  readonly id: SuiteId;
  readonly impl: CiphersuiteImpl;
  readonly primitives: Primitives;
  /**
   * False for bytes that no one could encrypt to (wrong length, not reduced, small order): such a key in the tree would make every later
   * commit fail. Deterministic, so all members judge alike.
   */
  readonly isUsableHpkeKey: (publicKey: Uint8Array) => Promise<boolean>;
}

/** The suites of one provider, each made once. */
export function createSuites(provider: CryptoProvider): (id: SuiteId) => Suite {
  const made = new Map<SuiteId, Suite>();
  return (id) => {
    const suite = made.get(id) ?? makeSuite(id, provider);
    made.set(id, suite);
    return suite;
  };
}

/** The number of a suite that this build speaks. */
export function suiteIdOf(name: CiphersuiteName): SuiteId | undefined {
  if (name === PARAMETERS[1].name) return 1;
  return name === PARAMETERS[83].name ? 83 : undefined;
}

/** ts-mls's name of a suite. */
export function suiteNameOf(id: SuiteId): CiphersuiteName {
  return PARAMETERS[id].name;
}

function makeSuite(id: SuiteId, provider: CryptoProvider): Suite {
  const { name, encapsulationSeedBytes, isUsableKey } = PARAMETERS[id];
  return suiteOf({
    id,
    name,
    primitives: makePrimitives(PARAMETERS[id], provider),
    hpke: hpkeOf(id, provider),
    keySeedBytes: KEY_SEED_BYTES,
    encapsulationSeedBytes,
    isUsableHpkeKey: (key) => isUsableKey(provider, key),
    generateSignatureKeys() {
      const signKey = provider.random(KEY_SEED_BYTES);
      return { signKey, publicKey: provider.ed25519PublicKey(signKey) };
    },
  });
}

/** The HPKE of a suite that this build speaks. */
export function hpkeOf(id: SuiteId, provider: CryptoProvider): CipherSuite {
  const { makeKem, hash, keyBytes } = PARAMETERS[id];
  return new CipherSuite({
    kem: makeKem(provider),
    kdf: providerKdf(hash, provider),
    aead: providerAead(keyBytes, provider),
  });
}

/** What a suite is made of. */
export interface SuiteMaterial {
  readonly id: SuiteId;
  readonly name: CiphersuiteName;
  readonly primitives: Primitives;
  readonly hpke: CipherSuite;
  /** Random bytes of an HPKE key pair. */
  readonly keySeedBytes: number;
  /** Random bytes of one encapsulation. */
  readonly encapsulationSeedBytes: number;
  /** What encapsulating to a key would tell, if there is a shorter way. */
  readonly isUsableHpkeKey?: (publicKey: Uint8Array) => boolean;
  readonly generateSignatureKeys: () => { readonly signKey: Uint8Array; readonly publicKey: Uint8Array };
}

/** A suite of any material; the product has those of {@link createSuites}. */
export function suiteOf(material: SuiteMaterial): Suite {
  const { id, name, primitives, hpke, isUsableHpkeKey, encapsulationSeedBytes } = material;
  const impl: CiphersuiteImpl = {
    name,
    rng: { randomBytes: (size) => primitives.random(size) },
    hash: {
      digest: async (data) => primitives.digest(data),
      mac: async (key, data) => primitives.mac(key, data),
      verifyMac: async (key, mac, data) => constantTimeEqual(primitives.mac(key, data), mac),
    },
    kdf: {
      size: primitives.hashBytes,
      extract: async (salt, ikm) => primitives.extract(salt, ikm),
      expand: async (prk, info, length) => primitives.expand(prk, info, length),
    },
    signature: {
      sign: async (privateKey, message) => primitives.sign(privateKey, message),
      verify: async (publicKey, message, signature) => primitives.verify(publicKey, message, signature),
      keygen: async () => material.generateSignatureKeys(),
    },
    hpke: makeHpke(material),
  };
  return {
    id,
    impl,
    primitives,
    isUsableHpkeKey: async (key) =>
      isUsableHpkeKey?.(key) ?? canEncapsulate(hpke.kem, key, encapsulationSeedBytes),
  };
}

function makePrimitives(
  { hash, hashBytes, keyBytes }: SuiteParameters,
  provider: CryptoProvider,
): Primitives {
  return {
    hashBytes,
    keyBytes,
    nonceBytes: NONCE_BYTES,
    random: (size) => provider.random(size),
    digest: (data) => (hash === "SHA-256" ? provider.sha256(data) : provider.sha512(data)),
    mac: (key, data) => provider.hmac(hash, key, data),
    extract: (salt, ikm) => provider.hkdfExtract(hash, salt, ikm),
    expand: (prk, info, length) => provider.hkdfExpand(hash, prk, info, length),
    seal: (key, nonce, aad, plaintext) => provider.aeadSeal(key, nonce, aad, plaintext),
    open: (key, nonce, aad, ciphertext) => provider.aeadOpen(key, nonce, aad, ciphertext),
    sign: (privateKey, message) => provider.ed25519Sign(privateKey, message),
    verify: (publicKey, message, signature) => provider.ed25519Verify(publicKey, message, signature),
  };
}

function makeHpke({ hpke: suite, primitives, keySeedBytes, encapsulationSeedBytes }: SuiteMaterial): Hpke {
  const { kem } = suite;
  const sender = (recipientPublicKey: PublicKey, info: Uint8Array) =>
    suite.createSenderContext({
      recipientPublicKey,
      info,
      ekm: primitives.random(encapsulationSeedBytes),
    });
  return {
    keyLength: primitives.keyBytes,
    nonceLength: primitives.nonceBytes,
    async seal(publicKey, plaintext, info, aad) {
      const context = await sender(publicKey, info);
      return {
        enc: new Uint8Array(context.enc),
        ct: new Uint8Array(await context.seal(plaintext, aad ?? new Uint8Array())),
      };
    },
    open: (recipientKey, enc, ciphertext, info, aad) =>
      typed(
        async () =>
          new Uint8Array(await suite.open({ recipientKey, enc, info }, ciphertext, aad ?? new Uint8Array())),
      ),
    async exportSecret(publicKey, exporterContext, length, info) {
      const context = await sender(publicKey, info);
      return {
        enc: new Uint8Array(context.enc),
        secret: new Uint8Array(await context.export(exporterContext, length)),
      };
    },
    importSecret: (recipientKey, exporterContext, enc, length, info) =>
      typed(async () => {
        const context = await suite.createRecipientContext({ recipientKey, enc, info });
        return new Uint8Array(await context.export(exporterContext, length));
      }),
    importPrivateKey: (bytes) => typed(() => asKey<PrivateKey>(kem.deserializePrivateKey(bytes))),
    importPublicKey: (bytes) => typed(() => asKey<PublicKey>(kem.deserializePublicKey(bytes))),
    exportPublicKey: async (key) => new Uint8Array(await kem.serializePublicKey(key)),
    exportPrivateKey: async (key) => new Uint8Array(await kem.serializePrivateKey(key)),
    deriveKeyPair: (ikm) => asKey<HpkeKeyPair>(kem.deriveKeyPair(ikm)),
    // RFC 9180 §7.1.3: a key pair derived from random input is a random key pair.
    generateKeyPair: () => asKey<HpkeKeyPair>(kem.deriveKeyPair(primitives.random(keySeedBytes))),
    encryptAead: async (key, nonce, aad, plaintext) =>
      primitives.seal(key, nonce, aad ?? new Uint8Array(), plaintext),
    async decryptAead(key, nonce, aad, ciphertext) {
      const plaintext = await primitives.open(key, nonce, aad ?? new Uint8Array(), ciphertext);
      if (plaintext === undefined) throw new CryptoError("authentication failed");
      return plaintext;
    },
  };
}

async function canEncapsulate(kem: KemInterface, publicKey: Uint8Array, seedBytes: number): Promise<boolean> {
  try {
    await kem.encap({
      recipientPublicKey: await kem.deserializePublicKey(publicKey),
      ekm: new Uint8Array(seedBytes),
    });
    return true;
  } catch {
    return false;
  }
}

/** The library's errors carry its input in no way, but they are of many classes; ours see one. */
async function typed<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch {
    throw new CryptoError("HPKE failed");
  }
}

type HpkeKeyPair = Awaited<ReturnType<Hpke["generateKeyPair"]>>;

/** Both libraries hand WebCrypto's key type through; ts-mls narrows it by half. */
async function asKey<K>(key: Promise<unknown>): Promise<K> {
  return (await key) as K;
}
