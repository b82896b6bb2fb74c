/** HPKE over the provider against the library's own, which uses WebCrypto: each opens what the other sealed, from the same keys. */
import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256, HkdfSha512 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { x25519 } from "@noble/curves/ed25519.js";
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import type { CryptoProvider } from "../provider/port.ts";
import { seededRandom } from "../provider/seeded.ts";
import { hpkeOf } from "./tsMlsSuite.ts";
import { isUsableX25519Key, isUsableXWingKey } from "./tsMlsHpke.ts";

const noble = createNobleProvider(seededRandom("hpke"));
const withX25519: CryptoProvider = {
  ...noble,
  x25519(secret, point) {
    try {
      return x25519.getSharedSecret(secret, point);
    } catch {
      return undefined;
    }
  },
};
const OWN = {
  1: () =>
    new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
  83: () => new CipherSuite({ kem: new XWing(), kdf: new HkdfSha512(), aead: new Aes256Gcm() }),
} as const;
const [info, aad, text] = [utf8("info"), utf8("aad"), utf8("hello")];

describe.each([
  ["suite 1", 1, noble],
  ["suite 1 with the provider's X25519", 1, withX25519],
  ["suite 83", 83, noble],
  ["suite 83 with the provider's X25519", 83, withX25519],
] as const)("%s", (_name, id, provider) => {
  const [ours, own] = [hpkeOf(id, provider), OWN[id]()];

  const receiver = async (suite: CipherSuite, ikm: Uint8Array) => {
    const { publicKey, privateKey } = await suite.kem.deriveKeyPair(ikm);
    return {
      publicKey: new Uint8Array(await suite.kem.serializePublicKey(publicKey)),
      privateKey: new Uint8Array(await suite.kem.serializePrivateKey(privateKey)),
    };
  };

  test.each([
    ["ours", ours, own],
    ["the library's", own, ours],
  ])("%s seals, the other opens and exports the same", async (_who, from, to) => {
    for (let round = 0; round < 5; round++) {
      const keys = await receiver(from, noble.random(32));
      const sender = await from.createSenderContext({
        recipientPublicKey: await from.kem.deserializePublicKey(keys.publicKey),
        info,
        ekm: noble.random(id === 1 ? 32 : 64),
      });
      const sealed = await sender.seal(text, aad);
      const recipientKey = await to.kem.deserializePrivateKey(keys.privateKey);
      const recipient = await to.createRecipientContext({ recipientKey, info, enc: sender.enc });
      expect(new Uint8Array(await recipient.open(sealed, aad))).toEqual(text);
      expect(await recipient.export(utf8("x"), 32)).toEqual(await sender.export(utf8("x"), 32));
      await expect(recipient.open(sealed, utf8("other"))).rejects.toThrow();
    }
  });

  test("keys and encapsulations follow from the same bytes", async () => {
    const ikm = noble.random(32);
    expect(await receiver(ours, ikm)).toEqual(await receiver(own, ikm));
    const { publicKey } = await receiver(ours, ikm);
    const ekm = noble.random(id === 1 ? 32 : 64);
    const encap = async ({ kem }: CipherSuite) =>
      kem.encap({ recipientPublicKey: await kem.deserializePublicKey(publicKey), ekm });
    expect(await encap(ours)).toEqual(await encap(own));
  });

  test("a key is usable exactly if one can encapsulate to it", async () => {
    const isUsable = id === 1 ? isUsableX25519Key : isUsableXWingKey;
    const canEncapsulate = async (key: Uint8Array): Promise<boolean> => {
      const { kem } = own;
      try {
        await kem.encap({ recipientPublicKey: await kem.deserializePublicKey(key) });
        return true;
      } catch {
        return false;
      }
    };
    const { publicKey } = await receiver(ours, noble.random(32));
    const at = publicKey.length - 32;
    const keys = [
      publicKey,
      publicKey.subarray(1),
      Uint8Array.of(...publicKey, 0),
      publicKey.map((byte, i) => (i < at ? byte : 0)),
      publicKey.map((byte, i) => (i < at ? byte : 0xff)),
      ...Array.from({ length: 40 }, (_, i) => publicKey.with((i * 61) % publicKey.length, 0xff)),
      ...Array.from({ length: 40 }, (_, i) => publicKey.with((i * 61) % publicKey.length, 0)),
    ];
    const verdicts = await Promise.all(keys.map(canEncapsulate));
    expect(keys.map((key) => isUsable(provider, key))).toEqual(verdicts);
    expect(new Set(verdicts).size).toBe(2);
  });
});
