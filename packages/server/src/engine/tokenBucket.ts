/** Token buckets with time passed in: each key may spend `burst` at once and then gets `perHour` back evenly. */
import type { RateLimiter } from "../ports/rateLimiter.ts";
import type { BucketSettings } from "../ports/settings.ts";

const HOUR_MS = 3_600_000;
/** Buckets are forgotten once this many are held and they are full again; a full bucket and none are the same. */
const PRUNE_AT = 4096;

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** A limiter that starts with every bucket full. Its memory is bounded by the keys seen within the time a bucket takes to fill. */
export function createRateLimiter(settings: BucketSettings): RateLimiter {
  const buckets = new Map<string, Bucket>();
  let pruneAt = PRUNE_AT;
  const tokensAt = (bucket: Bucket | undefined, nowMs: number): number =>
    bucket === undefined
      ? settings.burst
      : Math.min(settings.burst, bucket.tokens + ((nowMs - bucket.atMs) * settings.perHour) / HOUR_MS);

  function prune(nowMs: number): void {
    for (const [key, bucket] of buckets) if (tokensAt(bucket, nowMs) >= settings.burst) buckets.delete(key);
    pruneAt = Math.max(PRUNE_AT, 2 * buckets.size);
  }

  return {
    take(key, nowMs) {
      const tokens = tokensAt(buckets.get(key), nowMs);
      if (tokens < 1) return false;
      buckets.set(key, { tokens: tokens - 1, atMs: nowMs });
      if (buckets.size >= pruneAt) prune(nowMs);
      return true;
    },
    giveBack(key, nowMs) {
      const bucket = buckets.get(key);
      // Without a bucket it is full.
      if (bucket !== undefined)
        buckets.set(key, { tokens: Math.min(settings.burst, tokensAt(bucket, nowMs) + 1), atMs: nowMs });
    },
  };
}
