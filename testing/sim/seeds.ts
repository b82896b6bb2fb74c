/** Seeds that once showed a fault of ours, and what it was. They are run by the unit test for ever. */
export const KEPT_SEEDS: readonly (readonly [seed: number, fault: string])[] = [];
