/** A short `npm run mls-walk`, and that it notices what it is for. */
import { describe, expect, test } from "vitest";
import { loseCommits } from "./losing.ts";
import { MUTANTS } from "./mutants.ts";
import { walk } from "./walk.ts";

const MINUTES_MS = 180_000;

describe("a random walk over the MLS engine", () => {
  test.each([
    { seed: 101, suite: 1, steps: 60, maxMembers: 16 },
    { seed: 102, suite: 1, steps: 60, maxMembers: 8 },
    { seed: 103, suite: 83, steps: 25, maxMembers: 6 },
  ] as const)(
    "suite $suite, seed $seed: members agree, every message once, no key twice",
    { timeout: MINUTES_MS },
    async (options) => {
      const { failure, steps, events } = await walk(options);
      expect(failure).toBeUndefined();
      expect(steps).toBe(options.steps);
      expect(events["messages shown"]).toBeGreaterThan(options.steps);
    },
  );

  test("one seed gives one walk", { timeout: MINUTES_MS }, async () => {
    const options = { seed: 5, suite: 1, steps: 15, maxMembers: 6 } as const;
    expect(await walk(options)).toEqual(await walk(options));
  });

  test("attack 39: 100 lost commits reuse nothing", { timeout: MINUTES_MS }, async () => {
    expect(await loseCommits(1, 100)).toEqual({ suite: 1, lost: 100, failure: undefined });
  });

  test.each(MUTANTS)("notices: $name", { timeout: MINUTES_MS }, async (mutant) => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 5 && failures.length === 0; seed++) {
      const { failure } = await walk({ seed, suite: 1, steps: 60, maxMembers: 8, mutant });
      if (failure !== undefined) failures.push(failure);
    }
    expect(failures).toHaveLength(1);
  });
});
