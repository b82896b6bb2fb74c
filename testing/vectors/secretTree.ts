/** secret-tree: the ratchets of every leaf, and what encrypts sender data (RFC 9420 §6.3.2, §9). */
import type { MessageKey, Primitives, Ratchet } from "@sotto/crypto/internals";
import { createSecretTree, nextStep, senderDataCover, stepTo, useLeaf } from "@sotto/crypto/internals";
import { expectBytes, expectEqual, expectSame, fromHex } from "./expect.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";

interface Generation {
  readonly generation: number;
  readonly application_key: string;
  readonly application_nonce: string;
  readonly handshake_key: string;
  readonly handshake_nonce: string;
}

interface Vector {
  readonly cipher_suite: number;
  readonly sender_data: {
    readonly sender_data_secret: string;
    readonly ciphertext: string;
    readonly key: string;
    readonly nonce: string;
  };
  readonly encryption_secret: string;
  readonly leaves: readonly (readonly Generation[])[];
}

export const secretTree = kindOf<Vector>("secret-tree", (vector) => {
  const { primitives } = suiteOfVector(vector.cipher_suite);
  const { sender_data_secret, ciphertext, key, nonce } = vector.sender_data;
  const cover = senderDataCover(primitives, fromHex(sender_data_secret), fromHex(ciphertext));
  expectBytes("sender data key", cover.key, key);
  expectBytes("sender data nonce", cover.nonce, nonce);

  // One tree for all leaves: each takes its secrets out of it, and leaves those of the others.
  let tree = createSecretTree(vector.leaves.length, fromHex(vector.encryption_secret));
  for (const [leaf, generations] of vector.leaves.entries()) {
    const used = useLeaf(primitives, tree, leaf);
    ({ tree } = used);
    for (const kind of ["application", "handshake"] as const) {
      const expected = generations.map((entry) => ({
        generation: entry.generation,
        key: entry[`${kind}_key`],
        nonce: entry[`${kind}_nonce`],
      }));
      checkRatchet(`${kind} of leaf ${leaf}`, primitives, used.ratchets[kind], expected);
    }
  }
});

interface Expected {
  readonly generation: number;
  readonly key: string;
  readonly nonce: string;
}

/** Forwards generation by generation as a sender, in one step as a receiver, and back to what the receiver skipped. */
function checkRatchet(
  what: string,
  primitives: Primitives,
  start: Ratchet,
  expected: readonly Expected[],
): void {
  const last = Math.max(...expected.map(({ generation }) => generation));
  const sent: MessageKey[] = [];
  for (let ratchet = start; sent.length <= last;) {
    const step = nextStep(primitives, ratchet);
    sent.push(step.key);
    ({ ratchet } = step);
  }
  let ratchet = start;
  for (const generation of [last, ...sent.keys()]) {
    const step = stepTo(primitives, ratchet, generation, null);
    if (typeof step === "string") {
      // Its key is used up: the last one was taken first.
      expectSame(`${what} at ${generation}`, generation === last && step, "replayed");
      continue;
    }
    ({ ratchet } = step);
    expectEqual(`${what}: key ${generation}`, step.key.key, (sent[generation] as MessageKey).key);
    expectEqual(`${what}: nonce ${generation}`, step.key.nonce, (sent[generation] as MessageKey).nonce);
  }
  for (const { generation, key, nonce } of expected) {
    expectBytes(`${what}: key ${generation}`, (sent[generation] as MessageKey).key, key);
    expectBytes(`${what}: nonce ${generation}`, (sent[generation] as MessageKey).nonce, nonce);
  }
}
