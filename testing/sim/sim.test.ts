import { beforeAll, describe, expect, it } from "vitest";
import { MUTANTS } from "./mutants.ts";
import type { Cast } from "./people.ts";
import { createCast } from "./people.ts";
import { AT_LEAST, runScenario } from "./scenario.ts";
import { KEPT_SEEDS } from "./seeds.ts";
import { STAND_IN } from "./tier.ts";

describe("the simulation", () => {
  let cast: Cast;
  beforeAll(async () => {
    cast = await createCast(STAND_IN);
  });

  it.each([1, 2, 3, 7, 11, ...KEPT_SEEDS.map(([seed]) => seed)])(
    "seed %i: nothing is lost, doubled or reordered",
    async (seed) => {
      const result = await runScenario({ cast, seed, mutation: {} });
      expect(result.violations).toEqual([]);
      expect(result.devices).toBeGreaterThanOrEqual(AT_LEAST.devices);
      expect(result.messages).toBeGreaterThanOrEqual(AT_LEAST.messages);
    },
  );

  it("one seed gives one trace, and another seed another", async () => {
    const traces: string[] = [];
    for (const seed of [5, 5, 6]) traces.push((await runScenario({ cast, seed, mutation: {} })).traceHash);
    expect(traces[1]).toBe(traces[0]);
    expect(traces[2]).not.toBe(traces[0]);
  });

  it("a planted fault is caught", async () => {
    const mutation = MUTANTS.find(({ name }) => name === "server says ok before the commit")?.mutation ?? {};
    const caught: string[] = [];
    for (let seed = 1; seed <= 40 && caught.length === 0; seed++) {
      caught.push(...(await runScenario({ cast, seed, mutation })).violations.map(({ rule }) => rule));
    }
    expect(caught).not.toEqual([]);
  });
});
