/** A share of `npm run mutations`, and what it would show of an engine that lets things pass. */
import { expect, test } from "vitest";
import { createEngineWorld } from "./engineWorld.ts";
import { BOUND_MS, faultOf, feed, mutantOf } from "./mutants.ts";
import { runShare } from "./runShare.ts";
import { createMeter } from "./timing.ts";

const SEED = 1;
const MINUTE_MS = 60_000;

test.each([
  { suite: 1, to: 2000 },
  { suite: 83, to: 200 },
] as const)(
  "ATK-9, ATK-24 suite $suite: $to altered objects: none accepted, no untyped error, no hang",
  { timeout: MINUTE_MS },
  async ({ suite, to }) => {
    const { faults, verdicts, skipped } = await runShare({ suite, seed: SEED, from: 0, to });
    expect(faults).toEqual([]);
    expect(verdicts["refused"]).toBeGreaterThan(0.9 * (to - skipped));
  },
);

test("the same number gives the same mutant", { timeout: MINUTE_MS }, async () => {
  const meter = createMeter(BOUND_MS);
  const [first, second] = [
    await createEngineWorld("twice", 1, meter),
    await createEngineWorld("twice", 1, meter),
  ];
  for (const number of [3, 14, 159]) {
    const mutant = await mutantOf(first, SEED, number);
    expect(await mutantOf(second, SEED, number)).toEqual(mutant);
  }
});

test("an engine that believes every signature is caught", { timeout: MINUTE_MS }, async () => {
  const meter = createMeter(BOUND_MS);
  const world = await createEngineWorld("blind", 1, meter, (provider) => ({
    ...provider,
    ed25519Verify: () => true,
  }));
  const faults: string[] = [];
  for (let number = 0; number < 500; number++) {
    const mutant = await mutantOf(world, SEED, number);
    const fault = mutant && faultOf(await feed(world, meter, mutant));
    if (fault !== undefined) faults.push(fault);
  }
  expect(faults.some((fault) => fault.includes("key package: accepted"))).toBe(true);
});
