/**
 * The key encapsulation of suite 83, which the official MLS vectors do not cover: against the vectors of its draft, and against a second
 * implementation (@noble/post-quantum), each reading what the other wrote.
 */
import type { KemInterface } from "@hpke/core";
import { XWing as XWingKem } from "@hpke/hybridkem-x-wing";
import { XWing } from "@noble/post-quantum/hybrid.js";
import { bytesEqual } from "@sotto/protocol";
import { createNobleProvider } from "@sotto/crypto";
import { hpkeOf } from "@sotto/crypto/internals";
import { seededRandom } from "@sotto/crypto/testing";
import { createNodeCryptoProvider } from "sotto/node";
import { expectBytes, expectEqual, fromHex } from "./expect.ts";
import type { Outcome } from "./kind.ts";
import { outcomeOf } from "./kind.ts";
import { XWING_DRAFT_VECTORS } from "./xwingDraft.ts";
import type { XWingVector } from "./xwingDraft.ts";

const CROSS_CHECKS = 200;
const SEED_BYTES = 32;
const ENCAPSULATION_SEED_BYTES = 64;

/** As every platform runs it, and as Node does with X25519 of its own. */
const KEMS = [createNobleProvider(seededRandom("x-wing")), createNodeCryptoProvider()].map(
  (provider) => hpkeOf(83, provider).kem,
);

/** The second implementation; it wipes what an encapsulation is given. */
const other = {
  ...XWing,
  encapsulate: (publicKey: Uint8Array, seed: Uint8Array) =>
    XWing.encapsulate(publicKey.slice(), seed.slice()),
};

/** The draft's vectors, all of them: key pair, encapsulation and decapsulation. */
export function checkXWingVectors(): Promise<Outcome> {
  return outcomeOf(XWING_DRAFT_VECTORS, async (vector) => {
    for (const kem of KEMS) await checkVector(kem, vector);
  });
}

/** Key pairs from random seeds, each used by both implementations in both directions. */
export function crossCheckXWing(): Promise<Outcome> {
  const random = seededRandom("X-Wing");
  const rounds = Array.from({ length: CROSS_CHECKS }, () => ({
    seed: random(SEED_BYTES),
    encapsulationSeeds: [random(ENCAPSULATION_SEED_BYTES), random(ENCAPSULATION_SEED_BYTES)] as const,
  }));
  return outcomeOf(rounds, async ({ seed, encapsulationSeeds }) => {
    for (const kem of KEMS) await crossCheck(kem, seed, ...encapsulationSeeds);
  });
}

async function crossCheck(
  kem: KemInterface,
  seed: Uint8Array,
  forward: Uint8Array,
  back: Uint8Array,
): Promise<void> {
  const { secretKey, publicKey } = other.keygen(seed);
  const recipientKey = await kem.deserializePrivateKey(seed);
  const own = await publicKeyOf(kem, seed);
  expectEqual("public key", own, publicKey);

  const ours = await encapsulate(kem, own, forward);
  expectEqual(
    "what we seal, opened by the other",
    other.decapsulate(ours.ciphertext, secretKey),
    ours.secret,
  );
  expectEqual("encapsulation", other.encapsulate(publicKey, forward).cipherText, ours.ciphertext);
  const theirs = other.encapsulate(publicKey, back);
  const opened = new Uint8Array(await kem.decap({ recipientKey, enc: theirs.cipherText }));
  expectEqual("what the other seals, opened by us", opened, theirs.sharedSecret);

  // FIPS 203 §6.3: what is no ciphertext opens to a secret of its own, the same one at both.
  const damaged = theirs.cipherText.slice();
  damaged[0] = (damaged[0] ?? 0) ^ 1;
  const rejected = new Uint8Array(await kem.decap({ recipientKey, enc: damaged }));
  expectEqual("implicit rejection", rejected, other.decapsulate(damaged, secretKey));
  if (bytesEqual(rejected, theirs.sharedSecret)) throw new Error("a damaged ciphertext was opened");
}

async function checkVector(kem: KemInterface, vector: XWingVector): Promise<void> {
  const seed = fromHex(vector.seed);
  const publicKey = await publicKeyOf(kem, seed);
  expectBytes("public key", publicKey, vector.publicKey);
  const { ciphertext, secret } = await encapsulate(kem, publicKey, fromHex(vector.encapsulationSeed));
  expectBytes("ciphertext", ciphertext, vector.ciphertext);
  expectBytes("shared secret", secret, vector.sharedSecret);
  const recipientKey = await kem.deserializePrivateKey(seed);
  const opened = await kem.decap({ recipientKey, enc: fromHex(vector.ciphertext) });
  expectBytes("decapsulated secret", new Uint8Array(opened), vector.sharedSecret);
}

async function publicKeyOf(kem: KemInterface, seed: Uint8Array): Promise<Uint8Array> {
  if (!(kem instanceof XWingKem)) throw new Error("suite 83 has another key encapsulation");
  const { publicKey } = await kem.generateKeyPairDerand(seed);
  return new Uint8Array(await kem.serializePublicKey(publicKey));
}

async function encapsulate(
  kem: KemInterface,
  publicKey: Uint8Array,
  ekm: Uint8Array,
): Promise<{ readonly ciphertext: Uint8Array; readonly secret: Uint8Array }> {
  const recipientPublicKey = await kem.deserializePublicKey(publicKey);
  const { enc, sharedSecret } = await kem.encap({ recipientPublicKey, ekm });
  return { ciphertext: new Uint8Array(enc), secret: new Uint8Array(sharedSecret) };
}
