/** Tells applications of files, each at most four times a second (FileView). */
import type { TransferId } from "@sotto/protocol";
import type { FileView } from "../api.ts";
import type { Clock } from "../ports/clock.ts";

const EVERY_MS = 250;

export interface Announcer {
  /** The view of the file is another. What is final is told at once. */
  changed(transfer: TransferId): void;
  close(): void;
}

export function createAnnouncer(
  clock: Clock,
  viewOf: (transfer: TransferId) => FileView | undefined,
  announce: (view: FileView) => void,
): Announcer {
  const toldAtMs = new Map<TransferId, number>();
  const timers = new Map<TransferId, () => void>();

  function tell(transfer: TransferId): void {
    timers.get(transfer)?.();
    timers.delete(transfer);
    const view = viewOf(transfer);
    if (view === undefined) return;
    if (isFinal(view)) toldAtMs.delete(transfer);
    else toldAtMs.set(transfer, clock.nowMs());
    announce(view);
  }

  return {
    changed(transfer) {
      const view = viewOf(transfer);
      if (view === undefined) return;
      const dueMs = (toldAtMs.get(transfer) ?? 0) + EVERY_MS;
      if (isFinal(view) || dueMs <= clock.nowMs()) return tell(transfer);
      if (!timers.has(transfer))
        timers.set(
          transfer,
          clock.schedule(dueMs, () => tell(transfer)),
        );
    },
    close() {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

function isFinal({ state }: FileView): boolean {
  return state === "done" || state === "failed" || state === "cancelled" || state === "removed";
}
