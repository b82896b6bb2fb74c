/** A home whose store lies in memory, for tests of applications and for the simulation. */
import type { Clock } from "../runtime/clock.ts";
import { systemClock } from "../runtime/clock.ts";
import type { SottoHome } from "../api.ts";
import type { MemoryDisk } from "../adapters/memory/disk.ts";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import { createHome } from "../sdk/home.ts";
import type { Platform } from "../sdk/platform.ts";

export interface MemoryHomeOptions extends Pick<
  Platform,
  "crypto" | "mls" | "transport" | "connect" | "suite" | "links" | "shelf"
> {
  readonly clock?: Clock;
  /** Outlives the home: open a second one on it for a restart. */
  readonly disk?: MemoryDisk;
}

export function memoryHome(options: MemoryHomeOptions): SottoHome {
  const { clock = systemClock, disk = createMemoryDisk(), ...platform } = options;
  const empty = createMemoryDisk().snapshot();
  return createHome({
    ...platform,
    clock,
    openStore: async () => disk.open(),
    hasStore: async () => disk.snapshot().tables.size > 0,
    eraseStore: async () => disk.restore(empty),
  });
}
