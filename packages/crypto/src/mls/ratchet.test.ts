/** The ratchet against the library's, and what it keeps. */
import { describe, expect, test } from "vitest";
import type { SecretTree as LibrarySecretTree } from "ts-mls/secretTree.js";
import { ratchetToGeneration } from "ts-mls/secretTree.js";
import type { ReuseGuard } from "ts-mls/sender.js";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import type { Ratchet, RatchetStep } from "./ratchet.ts";
import { dropSkippedBefore, MAX_SKIPPED_KEYS, nextStep, startRatchet, stepTo } from "./ratchet.ts";
import { createSuites } from "./tsMlsSuite.ts";

const random = seededRandom("ratchet");
const suites = createSuites(createNobleProvider(random));
const { primitives } = suites(1);
const NO_GUARD = new Uint8Array(4) as ReuseGuard;
const KEEP = { retainKeysForGenerations: 2000, maximumForwardRatchetSteps: 2000, retainKeysForEpochs: 0 };

function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

function taken(step: RatchetStep | string): RatchetStep {
  if (typeof step === "string") throw new Error(step);
  return step;
}

/** The ratchet after these generations came. */
function after(secret: Uint8Array, generations: readonly number[], nowMs: number | null = null): Ratchet {
  return generations.reduce(
    (ratchet, generation) => taken(stepTo(primitives, ratchet, generation, nowMs)).ratchet,
    startRatchet(secret),
  );
}

const generationsOf = ({ skipped }: Ratchet): readonly number[] =>
  skipped.map(({ generation }) => generation);

test.each([1, 83] as const)("suite %d: in every order of six the keys are the library's", async (id) => {
  const suite = suites(id);
  const secret = random(suite.primitives.hashBytes);
  const library: LibrarySecretTree = [];
  const node = { secret, generation: 0, unusedGenerations: {} };
  library.push({ handshake: node, application: node });
  const expected = await Promise.all(
    [0, 1, 2, 3, 4, 5].map(async (generation) =>
      ratchetToGeneration(
        library,
        { leafIndex: 0, generation, reuseGuard: NO_GUARD },
        "application",
        KEEP,
        suite.impl,
      ),
    ),
  );
  for (const order of orders([0, 1, 2, 3, 4, 5])) {
    let ratchet = startRatchet(secret);
    for (const generation of order) {
      const step = taken(stepTo(suite.primitives, ratchet, generation, null));
      const { key, nonce } = expected[generation] as (typeof expected)[number];
      expect(step.key).toEqual({ generation, key, nonce });
      expect(stepTo(suite.primitives, step.ratchet, generation, null)).toBe("replayed");
      ({ ratchet } = step);
    }
    expect([ratchet.generation, ratchet.skipped]).toEqual([6, []]);
  }
});

test("the sender's keys are those of the receiver", () => {
  const secret = random(32);
  let ratchet = startRatchet(secret);
  for (let generation = 0; generation < 5; generation++) {
    const step = nextStep(primitives, ratchet);
    expect(step.key).toEqual(taken(stepTo(primitives, startRatchet(secret), generation, null)).key);
    ({ ratchet } = step);
  }
  expect(() => nextStep(primitives, { ...ratchet, generation: 2 ** 32 })).toThrow(RangeError);
});

test("a step changes nothing of the ratchet before it, so that it can be forgotten", () => {
  const ratchet = after(random(32), [3]);
  const before = structuredClone(ratchet);
  for (const generation of [0, 2, 4, 9]) {
    const { key } = taken(stepTo(primitives, ratchet, generation, null));
    key.key.fill(0);
    key.nonce.fill(0);
  }
  expect(ratchet).toEqual(before);
});

describe("what is kept", () => {
  test("key and nonce of what was passed over, nothing else", () => {
    const ratchet = after(random(32), [3, 1]);
    expect(generationsOf(ratchet)).toEqual([0, 2]);
    for (const { key, nonce } of ratchet.skipped) expect([key.length, nonce.length]).toEqual([16, 12]);
  });

  test(`at most ${MAX_SKIPPED_KEYS}, the oldest go first`, () => {
    const secret = random(32);
    expect(stepTo(primitives, startRatchet(secret), MAX_SKIPPED_KEYS + 1, null)).toBe("tooOld");
    const ratchet = after(secret, [MAX_SKIPPED_KEYS, MAX_SKIPPED_KEYS + 3]);
    expect(ratchet.skipped).toHaveLength(MAX_SKIPPED_KEYS);
    expect(generationsOf(ratchet).slice(0, 2)).toEqual([2, 3]);
    expect(stepTo(primitives, ratchet, 1, null)).toBe("tooOld");
    expect(stepTo(primitives, ratchet, MAX_SKIPPED_KEYS, null)).toBe("replayed");
    expect(taken(stepTo(primitives, ratchet, 2, null)).key.generation).toBe(2);
  });

  test("until it is too old; without a time, as long as its epoch", () => {
    const secret = random(32);
    const early = after(secret, [2], 1000);
    const ratchet = taken(stepTo(primitives, early, 5, 2000)).ratchet;
    expect(dropSkippedBefore(ratchet, 1000)).toBe(ratchet);
    const later = dropSkippedBefore(ratchet, 1001);
    expect(generationsOf(later)).toEqual([3, 4]);
    expect(stepTo(primitives, later, 0, null)).toBe("tooOld");
    expect(generationsOf(dropSkippedBefore(later, 2001))).toEqual([]);
    const undated = after(secret, [2]);
    expect(dropSkippedBefore(undated, Number.MAX_SAFE_INTEGER)).toBe(undated);
  });
});
