/**
 * Which leaves of a file a device has (FIL-8), as it keeps them for resuming: plain bits, leaf i being bit i % 8 (from the lowest) of byte i / 8. At most 8 KiB, 1 KiB
 * for 8 GB: runs would be shorter for most transfers and longer for none that matters, and a bit is set in place.
 */

/** A run of leaves. */
export interface LeafRange {
  readonly first: number;
  /** At least 1. */
  readonly count: number;
}

/** Nothing is there yet. */
export function createHave(leafCount: number): Uint8Array {
  return new Uint8Array(Math.ceil(leafCount / 8));
}

/** A bitmap of that many leaves, as a copy, or `undefined` if the bytes are none: another length, or bits beyond the last leaf. */
export function parseHave(bytes: Uint8Array, leafCount: number): Uint8Array | undefined {
  if (bytes.length !== Math.ceil(leafCount / 8)) return undefined;
  const spare = leafCount % 8;
  const isClean = spare === 0 || (bytes[bytes.length - 1] as number) >>> spare === 0;
  return isClean ? bytes.slice() : undefined;
}

export function hasLeaf(have: Uint8Array, index: number): boolean {
  return (((have[index >>> 3] ?? 0) >>> (index & 7)) & 1) === 1;
}

/** Leaf `index` is there. Changes `have`. */
export function addLeaf(have: Uint8Array, index: number): void {
  have[index >>> 3] = (have[index >>> 3] ?? 0) | (1 << (index & 7));
}

/** How many leaves are there. */
export function countLeaves(have: Uint8Array): number {
  let count = 0;
  for (let byte of have) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}

/** The first run of missing leaves at or after `from`, cut to `max`; `undefined` when none is missing there. */
export function nextMissing(
  have: Uint8Array,
  leafCount: number,
  from: number,
  max: number,
): LeafRange | undefined {
  let first = from;
  while (first < leafCount && hasLeaf(have, first)) first++;
  let end = first;
  while (end < leafCount && end - first < max && !hasLeaf(have, end)) end++;
  return end > first ? { first, count: end - first } : undefined;
}
