/** The two tiers of the simulation: a stand-in for MLS that is fast, and the real engine over repeatable randomness. */
import { hash } from "node:crypto";
import type { CryptoProvider, MlsEngine, RandomBytes, SuiteId } from "@sotto/crypto";
import { createMlsEngine, createNobleProvider } from "@sotto/crypto";
import { createStandInEngine } from "@sotto/crypto/testing";
import { toHex } from "@sotto/protocol";
import { createNodeCryptoProvider } from "sotto/node";

export interface Tier {
  readonly name: "standIn" | "real";
  readonly suite: SuiteId;
  /** The engine of one process. */
  readonly createMls: (random: RandomBytes) => MlsEngine;
}

/** Suite 1: the X-Wing suite's larger keys change nothing that a simulation looks at. */
const SUITE = 1;

export const STAND_IN: Tier = {
  name: "standIn",
  suite: SUITE,
  createMls: (random) => createStandInEngine({ random }),
};

const REAL: Tier = {
  name: "real",
  suite: SUITE,
  // The platform's own functions: 0.4 of the time of those in JavaScript.
  createMls: (random) => createMlsEngine(createNodeCryptoProvider({ random })),
};

export function tierOf(name: Tier["name"]): Tier {
  return name === "real" ? REAL : STAND_IN;
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash("sha256", bytes, "buffer"));
}

/** A provider that remembers which signatures hold: the same few device lists are verified over and over in every world. */
export function createRememberingProvider(random: RandomBytes): CryptoProvider {
  const provider = createNobleProvider(random);
  const known = new Map<string, boolean>();
  return {
    ...provider,
    sha256,
    async ed25519Verify(publicKey, message, signature) {
      const key = [publicKey, message, signature].map(toHex).join();
      const answer = known.get(key) ?? (await provider.ed25519Verify(publicKey, message, signature));
      known.set(key, answer);
      return answer;
    },
  };
}
