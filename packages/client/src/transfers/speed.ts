/** How fast something goes, over the last seconds. */

const SPAN_MS = 4000;
const SLICE_MS = 250;

export interface Speed {
  /** Ascending, one for each slice of time in which something moved. */
  slices: readonly { readonly atMs: number; readonly bytes: number }[];
}

export function createSpeed(): Speed {
  return { slices: [] };
}

export function addBytes(speed: Speed, nowMs: number, bytes: number): void {
  const atMs = Math.floor(nowMs / SLICE_MS) * SLICE_MS;
  const last = speed.slices.at(-1);
  if (last?.atMs === atMs) {
    speed.slices = [...speed.slices.slice(0, -1), { atMs, bytes: last.bytes + bytes }];
    return;
  }
  speed.slices = [...speed.slices.filter((slice) => slice.atMs > nowMs - SPAN_MS), { atMs, bytes }];
}

/** Bytes per second, whole; 0 when nothing has moved for the span. */
export function bytesPerSecond({ slices }: Speed, nowMs: number): number {
  const recent = slices.filter(({ atMs }) => atMs > nowMs - SPAN_MS && atMs <= nowMs);
  const [first] = recent;
  if (first === undefined) return 0;
  const spanMs = Math.max(SLICE_MS, nowMs - first.atMs);
  return Math.round((recent.reduce((sum, { bytes }) => sum + bytes, 0) * 1000) / spanMs);
}
