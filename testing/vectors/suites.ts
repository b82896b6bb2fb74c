/**
 * The cipher suites of the official vectors: 1 is the product's own with Node's provider, 2 to 7 are made here of the same parts. They differ in their primitives
 * alone, so that a vector of any suite runs through the product's code.
 */
import type { webcrypto } from "node:crypto";
import { createPublicKey, verify } from "node:crypto";
import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import type { AeadInterface, KemInterface } from "@hpke/core";
import {
  Aes128Gcm,
  Aes256Gcm,
  CipherSuite,
  DhkemP256HkdfSha256,
  DhkemP384HkdfSha384,
  DhkemP521HkdfSha512,
  DhkemX25519HkdfSha256,
  HkdfSha256,
  HkdfSha384,
  HkdfSha512,
} from "@hpke/core";
import { DhkemX448HkdfSha512 } from "@hpke/dhkem-x448";
import { gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { ed448 } from "@noble/curves/ed448.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { toHex } from "@sotto/protocol";
import type { Primitives, Suite, SuiteMaterial } from "@sotto/crypto/internals";
import { createSuites, suiteOf } from "@sotto/crypto/internals";
import { seededRandom } from "@sotto/crypto/testing";
import { createNodeCryptoProvider } from "sotto/node";
import type { CiphersuiteId } from "ts-mls/crypto/ciphersuite.js";
import { getCiphersuiteNameFromId } from "ts-mls/crypto/ciphersuite.js";

interface Signatures {
  readonly signature: Pick<Primitives, "sign" | "verify">;
  readonly generateSignatureKeys: SuiteMaterial["generateSignatureKeys"];
}

interface Parts extends Signatures {
  readonly kem: KemInterface;
  readonly aead: AeadInterface;
  readonly cipher: typeof gcm | typeof chacha20poly1305;
  readonly hash: 256 | 384 | 512;
}

const HASHES = { 256: sha256, 384: sha384, 512: sha512 } as const;
const KDFS = { 256: HkdfSha256, 384: HkdfSha384, 512: HkdfSha512 } as const;
/** Enough for every curve: RFC 9180 §7.1.3 asks for as many bytes as a private key has. */
const SEED_BYTES = 66;
const P521_KEY_BYTES = 66;

const random = seededRandom("official vectors");
const product = createSuites(createNodeCryptoProvider());
const made = new Map<number, Suite>();

/** The suite of a number of RFC 9420 §17.1. Throws `RangeError` for another. */
export function suiteOfVector(id: number): Suite {
  if (id === 1) return product(1);
  const known = made.get(id);
  if (known !== undefined) return known;
  const suite = makeSuite(id, partsOf(id));
  made.set(id, suite);
  return suite;
}

function partsOf(id: number): Parts {
  switch (id) {
    case 2:
      return { kem: new DhkemP256HkdfSha256(), ...AES_128, hash: 256, ...ecdsa(p256, "P-256", "sha256") };
    case 3:
      return { kem: new DhkemX25519HkdfSha256(), ...CHACHA, hash: 256, ...eddsa(ed25519, "Ed25519") };
    case 4:
      return { kem: new DhkemX448HkdfSha512(), ...AES_256, hash: 512, ...eddsa(ed448, "Ed448") };
    case 5:
      return { kem: new DhkemP521HkdfSha512(), ...AES_256, hash: 512, ...ecdsa(p521, "P-521", "sha512") };
    case 6:
      return { kem: new DhkemX448HkdfSha512(), ...CHACHA, hash: 512, ...eddsa(ed448, "Ed448") };
    case 7:
      return { kem: new DhkemP384HkdfSha384(), ...AES_256, hash: 384, ...ecdsa(p384, "P-384", "sha384") };
    default:
      throw new RangeError(`no cipher suite ${id}`);
  }
}

const AES_128 = { aead: new Aes128Gcm(), cipher: gcm };
const AES_256 = { aead: new Aes256Gcm(), cipher: gcm };
const CHACHA = { aead: new Chacha20Poly1305(), cipher: chacha20poly1305 };

/** RFC 9420 §5.1.2: ECDSA signatures are DER; neither half of the range of s is refused. */
function ecdsa(curve: typeof p256, crv: "P-256" | "P-384" | "P-521", hash: string): Signatures {
  const form = { prehash: true, format: "der", lowS: false } as const;
  const coordinates = (publicKey: Uint8Array): webcrypto.JsonWebKey => {
    const size = (publicKey.length - 1) / 2;
    const [x, y] = [publicKey.subarray(1, 1 + size), publicKey.subarray(1 + size)].map(base64url);
    return { kty: "EC", crv, x: x as string, y: y as string };
  };
  return {
    signature: {
      sign: (privateKey, message) => curve.sign(message, privateKey, form),
      verify: verifyWith(hash, coordinates),
    },
    generateSignatureKeys: () => keysOf(curve),
  };
}

function eddsa(curve: typeof ed25519, crv: "Ed25519" | "Ed448"): Signatures {
  return {
    signature: {
      sign: (privateKey, message) => curve.sign(message, privateKey),
      verify: verifyWith(null, (publicKey) => ({ kty: "OKP", crv, x: base64url(publicKey) })),
    },
    generateSignatureKeys: () => keysOf(curve),
  };
}

/** By the platform: the larger files have thousands of signatures, each of which takes JavaScript milliseconds. */
function verifyWith(
  hash: string | null,
  keyOf: (publicKey: Uint8Array) => webcrypto.JsonWebKey,
): Primitives["verify"] {
  return (publicKey, message, signature) => {
    try {
      return verify(hash, message, createPublicKey({ key: keyOf(publicKey), format: "jwk" }), signature);
    } catch {
      // What is no key or no signature.
      return false;
    }
  };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function keysOf(curve: {
  readonly keygen: typeof ed25519.keygen;
}): ReturnType<Signatures["generateSignatureKeys"]> {
  const { secretKey, publicKey } = curve.keygen();
  return { signKey: secretKey, publicKey };
}

function makeSuite(id: number, parts: Parts): Suite {
  const { kem, kdf, aead } = { ...parts, kdf: new KDFS[parts.hash]() };
  const suite = suiteOf({
    // The product names the suites that it speaks; these run through the same code.
    id: id as Suite["id"],
    name: getCiphersuiteNameFromId(id as CiphersuiteId),
    primitives: primitivesOf(parts),
    hpke: new CipherSuite({ kem, kdf, aead }),
    keySeedBytes: SEED_BYTES,
    encapsulationSeedBytes: SEED_BYTES,
    generateSignatureKeys: parts.generateSignatureKeys,
  });
  return { ...suite, impl: { ...suite.impl, hpke: remembering(suite.impl.hpke, id === 5) } };
}

type Hpke = Suite["impl"]["hpke"];

/**
 * The same functions, each called once per input: all members derive and import the keys of the nodes above them, which takes milliseconds
 * with these curves. Some private keys of P-521 come without their leading zeros.
 */
function remembering(hpke: Hpke, isP521: boolean): Hpke {
  return {
    ...hpke,
    deriveKeyPair: remembered((ikm) => hpke.deriveKeyPair(ikm)),
    importPublicKey: remembered((bytes) => hpke.importPublicKey(bytes)),
    importPrivateKey: remembered((bytes) => hpke.importPrivateKey(isP521 ? padded(bytes) : bytes)),
    // A copy: the caller may wipe it.
    exportPrivateKey: async (key) => (await hpke.exportPrivateKey(key)).slice(),
  };
}

function remembered<T>(operation: (bytes: Uint8Array) => Promise<T>): (bytes: Uint8Array) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (bytes) => {
    const name = toHex(bytes);
    const result = known.get(name) ?? operation(bytes.slice());
    known.set(name, result);
    return result;
  };
}

function padded(bytes: Uint8Array): Uint8Array {
  const key = new Uint8Array(P521_KEY_BYTES);
  key.set(bytes, P521_KEY_BYTES - bytes.length);
  return key;
}

function primitivesOf({ hash: bits, aead, cipher, signature }: Parts): Primitives {
  const hash = HASHES[bits];
  return {
    hashBytes: bits / 8,
    keyBytes: aead.keySize,
    nonceBytes: aead.nonceSize,
    random,
    digest: (data) => hash(data),
    mac: (key, data) => hmac(hash, key, data),
    extract: (salt, ikm) => extract(hash, ikm, salt),
    expand: (prk, info, length) => expand(hash, prk, info, length),
    seal: (key, nonce, aad, plaintext) => cipher(key, nonce, aad).encrypt(plaintext),
    open(key, nonce, aad, ciphertext) {
      try {
        return cipher(key, nonce, aad).decrypt(ciphertext);
      } catch {
        return undefined;
      }
    },
    ...signature,
  };
}
