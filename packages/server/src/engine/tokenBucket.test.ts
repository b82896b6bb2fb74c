import { describe, expect, test } from "vitest";
import { createRateLimiter } from "./tokenBucket.ts";

const HOUR_MS = 3_600_000;
const taken = (
  limiter: ReturnType<typeof createRateLimiter>,
  key: string,
  nowMs: number,
  tries: number,
): number => Array.from({ length: tries }, () => limiter.take(key, nowMs)).filter(Boolean).length;

describe("token bucket", () => {
  test("allows the burst at once, then the rate, each key for itself", () => {
    const limiter = createRateLimiter({ burst: 3, perHour: 60 });
    expect(taken(limiter, "alice", 0, 10)).toBe(3);
    expect(taken(limiter, "bob", 0, 10)).toBe(3);
    expect(taken(limiter, "alice", 59_999, 10)).toBe(0);
    expect(taken(limiter, "alice", 60_000, 10)).toBe(1);
    expect(taken(limiter, "alice", 180_000, 10)).toBe(2);
  });

  test("saves up no more than the burst", () => {
    const limiter = createRateLimiter({ burst: 3, perHour: 60 });
    taken(limiter, "alice", 0, 3);
    expect(taken(limiter, "alice", 100 * HOUR_MS, 10)).toBe(3);
  });

  test("refusals cost nothing", () => {
    const limiter = createRateLimiter({ burst: 1, perHour: 60 });
    taken(limiter, "alice", 0, 1000);
    expect(taken(limiter, "alice", 60_000, 10)).toBe(1);
  });

  test("what is given back can be taken again, and never makes more than the burst", () => {
    const limiter = createRateLimiter({ burst: 2, perHour: 1 });
    taken(limiter, "alice", 0, 2);
    limiter.giveBack("alice", 0);
    expect(taken(limiter, "alice", 0, 10)).toBe(1);
    for (let i = 0; i < 5; i++) limiter.giveBack("alice", 0);
    limiter.giveBack("bob", 0);
    expect([taken(limiter, "alice", 0, 10), taken(limiter, "bob", 0, 10)]).toEqual([2, 2]);
  });

  test("forgetting full buckets forgets no spent one", () => {
    const limiter = createRateLimiter({ burst: 1, perHour: 1 });
    expect(limiter.take("spent", HOUR_MS)).toBe(true);
    for (let i = 0; i < 20_000; i++) limiter.take(`key ${i}`, i < 10_000 ? 0 : HOUR_MS);
    expect(limiter.take("spent", HOUR_MS)).toBe(false);
  });
});
