/** Asks the store from time to time to forget what is past its time, and removes files that nothing knows of. */
import type { RequestExecutor } from "./ports/requestExecutor.ts";

const INTERVAL_MS = 3_600_000;

/** Sweeps now and every hour, round after round while there is more, and `sweepFiles` after that. Returns what ends it. */
export function startSweeper(
  executor: RequestExecutor,
  sweepFiles: () => Promise<void>,
  onDeleted: (count: number) => void,
): () => void {
  let stopped = false;
  async function sweep(): Promise<void> {
    let total = 0;
    for (;;) {
      const swept = await executor.execute({ type: "sweep" });
      total += swept.ok ? swept.value.deleted : 0;
      if (stopped || !swept.ok || !swept.value.more) break;
    }
    if (total > 0) onDeleted(total);
    if (!stopped) await sweepFiles();
  }
  void sweep();
  const timer = setInterval(() => void sweep(), INTERVAL_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
