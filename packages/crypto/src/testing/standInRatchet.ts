/** The stand-in's sender ratchets: which generations of a sender are still to be had. The rules are those of the real engine. */
import type { MessageFailure } from "../mls/port.ts";

/** As in the real engine: kept for messages out of order, and how far ahead one may be. */
const MAX_RETAINED = 1000;

export interface Generations {
  /** The next one that nobody has seen. */
  readonly next: number;
  /** Skipped ones, ascending. */
  readonly unused: readonly number[];
}

export interface SenderRatchets {
  readonly application: Generations;
  readonly handshake: Generations;
}

const FRESH_GENERATIONS: Generations = { next: 0, unused: [] };
export const FRESH_RATCHETS: SenderRatchets = {
  application: FRESH_GENERATIONS,
  handshake: FRESH_GENERATIONS,
};

/** The ratchet without the generation, or why its key is not to be had. */
export function consume({ next, unused }: Generations, generation: number): Generations | MessageFailure {
  if (generation >= next) {
    if (generation - next > MAX_RETAINED) return "tooOld";
    const skipped = Array.from({ length: generation - next }, (_, i) => next + i);
    return {
      next: generation + 1,
      unused: skipped.length === 0 ? unused : [...unused, ...skipped].slice(-MAX_RETAINED),
    };
  }
  if (unused.includes(generation)) return { next, unused: unused.filter((other) => other !== generation) };
  const pushedOut = unused.length >= MAX_RETAINED && generation < (unused[0] as number);
  return pushedOut ? "tooOld" : "replayed";
}
