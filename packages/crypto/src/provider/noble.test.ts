import { describe, expect, test } from "vitest";
import { CRYPTO_PROVIDER_CONTRACT } from "./contract.ts";
import { createNobleProvider } from "./noble.ts";
import type { CryptoProvider } from "./port.ts";
import { seededRandom } from "./seeded.ts";

describe("noble provider", () => {
  test.each(CRYPTO_PROVIDER_CONTRACT)("$name", async ({ run }) => {
    await expect(run(createNobleProvider(seededRandom(1)))).resolves.toBeUndefined();
  });
});

describe("the contract catches a provider that", () => {
  const good = createNobleProvider(seededRandom(2));
  const faults: readonly (readonly [string, Partial<CryptoProvider>])[] = [
    ["ignores the tag", { aeadOpen: (_key, _nonce, _aad, ciphertext) => ciphertext.subarray(0, -16) }],
    [
      "ignores additional data",
      { aeadSeal: (key, nonce, _aad, plaintext) => good.aeadSeal(key, nonce, new Uint8Array(), plaintext) },
    ],
    ["verifies everything", { ed25519Verify: () => true }],
    ["verifies nothing", { ed25519Verify: () => false }],
    ["swaps salt and input", { hkdfExtract: (hash, salt, ikm) => good.hkdfExtract(hash, ikm, salt) }],
    ["hashes a megabyte's beginning", { sha256Long: (data) => good.sha256(data.subarray(0, 65_536)) }],
    [
      "reads what is to be hashed later",
      { sha256Long: (data) => Promise.resolve().then(() => good.sha256(data)) },
    ],
    ["has one hash", { sha512: (data) => good.sha256(data) }],
    ["is not random", { random: (size) => new Uint8Array(size) }],
  ];
  test.each(faults)("%s", async (_name, fault) => {
    const runs = CRYPTO_PROVIDER_CONTRACT.map(({ run }) => run({ ...good, ...fault }));
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
  });
});

test("a seed gives the same bytes whatever the sizes before were summed to, another seed others", () => {
  const a = seededRandom("seed");
  const b = seededRandom("seed");
  const first = [...a(3), ...a(5000), ...a(17)];
  const second = [...b(3), ...b(5000), ...b(17)];
  expect(first).toEqual(second);
  expect([...seededRandom("other")(32)]).not.toEqual(first.slice(0, 32));
});
