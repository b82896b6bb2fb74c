/** Devices two by two. */

/** Every two of them once. */
export function pairsOf<T>(devices: readonly T[]): readonly (readonly [T, T])[] {
  return devices.flatMap((a, i) => devices.slice(i + 1).map((b) => [a, b] as const));
}

/** The same in both orders. */
export function pairKey(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
