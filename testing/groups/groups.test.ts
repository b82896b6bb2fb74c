import { beforeAll, describe, expect, it } from "vitest";
import type { Cast } from "../sim/people.ts";
import { createCast } from "../sim/people.ts";
import { STAND_IN } from "../sim/tier.ts";
import { MAX_PEOPLE, runGroupScenario } from "./scenario.ts";
import { KEPT_SEEDS } from "./seeds.ts";

// Much work on a machine that may be busy.
describe("the simulation of groups", { timeout: 60_000 }, () => {
  let cast: Cast;
  beforeAll(async () => {
    cast = await createCast(STAND_IN, MAX_PEOPLE);
  });

  it.each([1, 2, 3, ...KEPT_SEEDS.map(([seed]) => seed)])(
    "seed %i: one epoch at all members, every text at all who were there, every wish settled",
    async (seed) => {
      const result = await runGroupScenario({ cast, seed, mutation: {} });
      expect(result.violations).toEqual([]);
      expect(result.epochs).toBeGreaterThan(1);
    },
  );

  it("one seed gives one trace", async () => {
    const traces: string[] = [];
    for (const seed of [3, 3]) traces.push((await runGroupScenario({ cast, seed, mutation: {} })).traceHash);
    expect(traces[1]).toBe(traces[0]);
  });
});
