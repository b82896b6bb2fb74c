/** Seeds that once showed a fault of ours, and what it was. They are run by the unit test for ever. */
export const KEPT_SEEDS: readonly (readonly [seed: number, fault: string])[] = [
  [9, "who came back into a group was shown a gap"],
  [59, "who was let go and put in again while away took itself off the delivery list"],
  [94, "a duty was forgotten whose time came before it was stored; a leave was repeated after coming back"],
  [248, "messages that were still to be sent counted as confirmed by those who had just come in"],
  [6, "who was out took its own request, whose answer was lost, for a forged one"],
  [48, "the same of a commit"],
];
