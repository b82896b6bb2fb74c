/** Pauses that double and are never quite the same on two devices. */

export interface Pause {
  readonly first: number;
  readonly last: number;
  /** From so many tries on, at most that. */
  readonly late?: { readonly from: number; readonly last: number };
}

/** How often something has failed, or found nothing, in a row. */
export interface Tries {
  count: number;
  atMs: number;
}

export function createTries(): Tries {
  return { count: 0, atMs: 0 };
}

/** The next try is after a pause between half and all of `first` doubled `count` times, at most `last` or what is said of late ones. */
export function postpone(tries: Tries, pause: Pause, nowMs: number, random: number): void {
  const isLate = pause.late !== undefined && tries.count >= pause.late.from;
  const last = isLate ? pause.late.last : pause.last;
  const longest = Math.min(last, pause.first * 2 ** Math.min(tries.count, 20));
  tries.count++;
  tries.atMs = nowMs + Math.ceil(longest * (0.5 + random / 2));
}

/** What is tried next is tried at once, and the pauses begin anew. */
export function resetTries(tries: Tries): void {
  tries.count = 0;
  tries.atMs = 0;
}
