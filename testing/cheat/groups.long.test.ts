/** ATTACKS 1, 4, 5, 33, 37 in groups: whatever the server tries, its members see it, or it comes to nothing. */
import { describe, expect, test } from "vitest";
import { attempt } from "./attack.ts";
import { GROUP_ATTACKS } from "./groupAttacks.ts";

describe.each(GROUP_ATTACKS)("a malicious server $kind $name", (attack) => {
  test("is seen, or comes to nothing", async () => {
    const { faults } = await attempt(attack);
    expect(faults).toEqual([]);
  });
});

test("what nobody sees is found out", async () => {
  const sights = GROUP_ATTACKS.flatMap((attack) => attack.sights);
  const { faults } = await attempt({ kind: "withholds", name: "nothing", run: async () => {}, sights });
  expect(faults).toHaveLength(sights.length);
});
