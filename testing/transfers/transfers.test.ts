/** Some worlds on every run; more with `npm run sim -- --files --seeds N`. */
import { describe, expect, test } from "vitest";
import { MUTANTS } from "./mutants.ts";
import { runScenario } from "./scenario.ts";

const SEEDS = 25;

describe("FIL-8 … FIL-18: files between two devices that die, in a world where nothing holds", () => {
  test(`${SEEDS} worlds`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++)
      expect({ seed, violations: (await runScenario(seed)).violations }).toEqual({ seed, violations: [] });
  }, 60_000);

  test.each(MUTANTS)(
    "the fault %s is noticed",
    async (mutant) => {
      for (let seed = 1; seed <= 100; seed++)
        if ((await runScenario(seed, mutant)).violations.length > 0) return;
      throw new Error("not noticed in 100 worlds");
    },
    60_000,
  );
});
