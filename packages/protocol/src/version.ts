/** Version negotiation: both sides name a range and use the highest version in common. */

/** The protocol versions that this build speaks. */
export const PROTOCOL: { readonly min: number; readonly max: number } = { min: 1, max: 1 };

/** The highest version that both ranges hold, or `undefined`: then each side says which of them is too old. */
export function negotiate(
  ours: { readonly min: number; readonly max: number },
  theirs: { readonly min: number; readonly max: number },
): number | undefined {
  const highest = Math.min(ours.max, theirs.max);
  return highest >= Math.max(ours.min, theirs.min) ? highest : undefined;
}
