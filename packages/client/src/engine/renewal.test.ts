/** MLS-23: keys are renewed on schedule. */
import { describe, expect, it } from "vitest";
import type { BenchPair } from "../testing/benchPair.ts";
import { createPair } from "../testing/benchPair.ts";
import { createBench } from "../testing/engineBench.ts";

const DAY_MS = 24 * 3_600_000;

/** Handshakes that left, after the pair was made. */
async function renewals({ bench }: Pick<BenchPair, "bench">, act: () => Promise<void>): Promise<number> {
  bench.submitted.length = 0;
  await act();
  return bench.submitted.filter(({ type }) => type === "handshake").length;
}

describe("renewal of keys", () => {
  it("waits for a week", async () => {
    const pair = await createPair();
    const { bench } = pair;
    const submitted = await renewals(pair, async () => {
      await bench.feed({ type: "timer", name: "maintenance" });
      bench.nowMs += 7 * DAY_MS - 1000;
      await bench.feed({ type: "timer", name: "maintenance" });
    });
    expect(submitted).toBe(0);
    expect(bench.timers.get("maintenance")).toBe(bench.nowMs + 1000);
  });

  it("comes after a week, once, and again a week later", async () => {
    const pair = await createPair();
    const { bench, group, nextSequence, conversation } = pair;
    for (const index of [3, 4]) {
      bench.nowMs += 7 * DAY_MS;
      const submitted = await renewals(pair, async () => {
        await bench.feed({ type: "timer", name: "maintenance" });
        await bench.feed({ type: "timer", name: "maintenance" });
      });
      expect(submitted).toBe(1);
      const renewal = bench.submitted.find((frame) => frame.type === "handshake");
      if (renewal?.type !== "handshake") throw new Error("no renewal");
      expect(renewal.index).toBe(index);
      const handshake = { inline: renewal.handshake };
      await bench.push({ type: "handshake", sequence: nextSequence(), group, index, handshake });
      expect(bench.engine.state.conversations.get(conversation)).toMatchObject({
        headIndex: index,
        ownKeysAtMs: bench.nowMs,
      });
    }
  });

  it("waits for the connection of a device that was away, and for nothing else", async () => {
    const { alice, bench } = await createPair();
    const returned = createBench(alice, bench.disk);
    returned.nowMs = bench.nowMs + 30 * DAY_MS;
    await returned.feed({ type: "timer", name: "maintenance" });
    expect(returned.engine.state.pending.size).toBe(0);
    expect(await renewals({ bench: returned }, () => returned.connect())).toBe(1);
  });

  it("is not made by a device whose state was rolled back", async () => {
    const { alice, bench } = await createPair();
    const copy = createBench(alice, bench.disk);
    copy.nowMs = bench.nowMs + 30 * DAY_MS;
    const { storeCounter } = bench.engine.state.position;
    expect(await renewals({ bench: copy }, () => copy.connect({ storeCounter: storeCounter + 100 }))).toBe(0);
    expect(copy.engine.state.pending.size).toBe(0);
  });
});
