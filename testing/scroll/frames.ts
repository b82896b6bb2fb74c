/** How a scrolled list is drawn: the times between frames, on the page's own clock. */
import type { Page } from "playwright-core";

export interface Frames {
  /** Of the median interval. */
  readonly framesPerSecond: number;
  /** The interval that 95 of 100 frames stay below, in ms. */
  readonly p95Ms: number;
  /** Intervals of more than 50 ms. */
  readonly long: number;
  readonly count: number;
}

const LONG_MS = 50;

/** The figures of intervals in ms; throws when there are none. */
export function framesOf(intervalsMs: readonly number[]): Frames {
  const sorted = intervalsMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  if (sorted.length === 0) throw new Error("no frame was drawn");
  return {
    framesPerSecond: Math.round(10_000 / at(0.5)) / 10,
    p95Ms: Math.round(at(0.95) * 10) / 10,
    long: sorted.filter((interval) => interval > LONG_MS).length,
    count: sorted.length,
  };
}

/** Moves the first element that scrolls by `stepPx` in each frame, up for `frames` of them and down again. */
export async function scrolledBy(page: Page, stepPx: number, frames: number): Promise<Frames> {
  const intervals = await page.evaluate<number[]>(`(async () => {
    const scroller = document.querySelector("[role=region]");
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const intervals = [];
    for (const direction of [-1, 1]) {
      let before = await frame();
      for (let i = 0; i < ${frames}; i++) {
        scroller.scrollTop += direction * ${stepPx};
        const now = await frame();
        intervals.push(now - before);
        before = now;
      }
    }
    return intervals;
  })()`);
  return framesOf(intervals);
}

/** The same by a wheel: `turns` of it up and as many down, each of `stepPx`. */
export async function wheeledBy(page: Page, stepPx: number, turns: number): Promise<Frames> {
  await page.getByRole("region").first().hover();
  await page.evaluate(`(() => {
    const intervals = (globalThis.intervals = []);
    let before = performance.now();
    const note = (now) => {
      intervals.push(now - before);
      before = now;
      globalThis.noting = requestAnimationFrame(note);
    };
    globalThis.noting = requestAnimationFrame(note);
  })()`);
  for (const direction of [-1, 1]) {
    for (let i = 0; i < turns; i++) await page.mouse.wheel(0, direction * stepPx);
  }
  const intervals = await page.evaluate<number[]>(
    "(cancelAnimationFrame(globalThis.noting), globalThis.intervals.slice(1))",
  );
  return framesOf(intervals);
}
