import { generateKeyPairSync } from "node:crypto";
import { queryObjects } from "node:v8";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "@sotto/crypto";
import { CRYPTO_PROVIDER_CONTRACT, seededRandom } from "@sotto/crypto/testing";
import { utf8 } from "@sotto/protocol";
import { createNodeCryptoProvider } from "./cryptoProvider.ts";

describe("node:crypto provider", () => {
  test.each(CRYPTO_PROVIDER_CONTRACT)("$name", async ({ run }) => {
    await expect(run(createNodeCryptoProvider())).resolves.toBeUndefined();
  });

  test("agrees with the portable provider on random inputs", () => {
    const random = seededRandom("provider");
    const node = createNodeCryptoProvider();
    const noble = createNobleProvider(random);
    for (let size = 0; size < 200; size++) {
      const [key, nonce, aad, data] = [random(32), random(12), random(size % 7), random(size)] as const;
      expect(node.aeadSeal(key, nonce, aad, data)).toEqual(noble.aeadSeal(key, nonce, aad, data));
      expect(node.hkdfExpand("SHA-512", key, aad, size)).toEqual(noble.hkdfExpand("SHA-512", key, aad, size));
      expect(node.hkdfExpand("SHA-256", key, aad, size)).toEqual(noble.hkdfExpand("SHA-256", key, aad, size));
      expect(node.ed25519Sign(key, data)).toEqual(noble.ed25519Sign(key, data));
    }
  });

  test("keys stay right beyond the size of the cache", () => {
    const random = seededRandom("cache");
    const provider = createNodeCryptoProvider();
    const message = utf8("to be signed");
    const keys = Array.from({ length: 1100 }, () => random(32));
    const signatures = keys.map((key) => provider.ed25519Sign(key, message) as Uint8Array);
    keys.forEach((key, i) => {
      expect(
        provider.ed25519Verify(provider.ed25519PublicKey(key), message, signatures[i] as Uint8Array),
      ).toBe(true);
    });
  });

  test("private keys that nobody holds any more are not kept", async () => {
    const random = seededRandom("forgotten");
    const provider = createNodeCryptoProvider();
    const { constructor } = generateKeyPairSync("ed25519").privateKey;
    const kept = (): number => queryObjects(constructor, { format: "count" });
    const before = kept();
    for (let i = 0; i < 50; i++) await provider.ed25519Sign(random(32), utf8("once"));
    expect(kept() - before).toBeLessThan(10);
  });

  test("results are the caller's own bytes, not views of a shared pool", () => {
    const provider = createNodeCryptoProvider();
    for (const bytes of [
      provider.sha256(utf8("a")),
      provider.random(16),
      provider.ed25519PublicKey(new Uint8Array(32)),
    ]) {
      expect(bytes.constructor).toBe(Uint8Array);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    }
  });
});
