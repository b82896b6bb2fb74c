/** Tells applications of files: at once when a state or its reason is another, else at most four times a second (FileView). */
import type { TransferId } from "@sotto/protocol";
import type { FileView } from "../api.ts";
import type { Clock } from "../ports/clock.ts";

const EVERY_MS = 250;

export interface Announcer {
  /** The view of the file is another. */
  changed(transfer: TransferId): void;
  close(): void;
}

export function createAnnouncer(
  clock: Clock,
  viewOf: (transfer: TransferId) => FileView | undefined,
  announce: (view: FileView) => void,
): Announcer {
  const told = new Map<TransferId, { readonly atMs: number; readonly state: string }>();
  const timers = new Map<TransferId, () => void>();

  function tell(transfer: TransferId): void {
    timers.get(transfer)?.();
    timers.delete(transfer);
    const view = viewOf(transfer);
    if (view === undefined) return;
    if (isFinal(view)) told.delete(transfer);
    else told.set(transfer, { atMs: clock.nowMs(), state: stateOf(view) });
    announce(view);
  }

  return {
    changed(transfer) {
      const view = viewOf(transfer);
      if (view === undefined) return;
      const last = told.get(transfer);
      const dueMs = (last?.atMs ?? 0) + EVERY_MS;
      if (last?.state !== stateOf(view) || dueMs <= clock.nowMs()) return tell(transfer);
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

function stateOf({ state, reason }: FileView): string {
  return `${state}/${reason}`;
}

function isFinal({ state }: FileView): boolean {
  return state === "done" || state === "failed" || state === "cancelled" || state === "removed";
}
