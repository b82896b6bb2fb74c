/** The one loop of a world: steps in order of virtual time, and among equals in order of scheduling. */

/** A step may be asynchronous; the next one starts when it has ended, so nothing depends on real time. */
export type Step = () => void | Promise<void>;

interface Entry {
  readonly atMs: number;
  readonly number: number;
  readonly step: Step;
}

export interface Scheduler {
  /** Milliseconds since the world began; only {@link Scheduler.run} moves it. */
  nowMs(): number;
  /** Steps carried out so far. */
  steps(): number;
  /** Throws `RangeError` for what is past: time does not run back. */
  after(delayMs: number, step: Step): void;
  /** Carries out what is due until `untilMs`, or until `stop` says so after a step. */
  run(untilMs: number, stop?: () => boolean): Promise<void>;
}

export function createScheduler(): Scheduler {
  const heap: Entry[] = [];
  let nowMs = 0;
  let scheduled = 0;
  let done = 0;
  return {
    nowMs: () => nowMs,
    steps: () => done,
    after(delayMs, step) {
      if (!(delayMs >= 0)) throw new RangeError(`a step ${delayMs} ms from now`);
      push(heap, { atMs: nowMs + delayMs, number: scheduled++, step });
    },
    async run(untilMs, stop = () => false) {
      for (let top = heap[0]; top !== undefined && top.atMs <= untilMs; top = heap[0]) {
        pop(heap);
        nowMs = top.atMs;
        done++;
        const running = top.step();
        if (running !== undefined) await running;
        if (stop()) return;
      }
      nowMs = untilMs;
    },
  };
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.number < b.number);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Entry;
    if (!isBefore(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop() as Entry;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++;
    const below = heap[child] as Entry;
    if (!isBefore(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
}
