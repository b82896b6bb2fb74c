/** A short run, and one with each planted fault: a check that cannot fail shows nothing. `npm run tabs` is the long one. */
import { describe, expect, test } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import { NOTHING_WRONG } from "../support/delivery.ts";
import { runTabs } from "./tabsRun.ts";

describe.skipIf(!hasChromium)("tabs that end", () => {
  test("ATTACKS-29 ten kills lose, double and fork nothing", async () => {
    const result = await runTabs({ kills: 10, seed: 29, settleMs: 60_000 });
    expect(result).toMatchObject({
      delivery: NOTHING_WRONG,
      unanswered: 0,
      differing: 0,
      forks: 0,
      trouble: [],
      stale: { accepted: 0 },
    });
    expect(result.leaders).toBeGreaterThan(1);
  });

  test("ATTACKS-40 without the owner number those who lost the lead would write", async () => {
    const { stale } = await runTabs({
      kills: 4,
      seed: 40,
      settleMs: 1000,
      mutant: "no-owner-check",
      endings: ["steal"],
    });
    expect(stale.accepted).toBeGreaterThan(0);
  });

  test("TAB-2 without the message's id the next leader would send again what the last one had stored", async () => {
    const { delivery } = await runTabs({
      kills: 10,
      seed: 2,
      settleMs: 1000,
      mutant: "no-dedup",
      endings: ["close", "crash"],
    });
    expect(delivery.doubled).toBeGreaterThan(0);
  });
});
