/** Own files until the other side or the server has them, or nothing happens to them any more. */
import type { TransferId } from "@sotto/protocol";
import type { FileView, Sotto } from "sotto";

/** Longer than a direct way is looked for, and longer than the pauses between attempts that are still worth waiting for. */
const SILENCE_MS = 25_000;

export interface SettledOptions {
  readonly onView?: (view: FileView) => void;
  readonly silenceMs?: number;
}

/** Resolves to the files as they are then. Aborting the signal ends the waiting as well. */
export async function filesSettled(
  sotto: Sotto,
  transfers: readonly TransferId[],
  signal: AbortSignal,
  { onView = () => {}, silenceMs = SILENCE_MS }: SettledOptions = {},
): Promise<readonly FileView[]> {
  const views = new Map<TransferId, FileView>();
  const settled = Promise.withResolvers<void>();
  const end = (): void => settled.resolve();
  const look = (view: FileView): void => {
    views.set(view.transfer, view);
    onView(view);
    silence.refresh();
    if ([...views.values()].every(hasLeft)) end();
  };
  const silence = setTimeout(end, silenceMs);
  const off = sotto.on((event) => {
    if (event.type === "file" && transfers.includes(event.file.transfer)) look(event.file);
  });
  signal.addEventListener("abort", end);
  try {
    for (const view of await sotto.files.views(transfers))
      if (!views.has(view.transfer)) views.set(view.transfer, view);
    if (signal.aborted || [...views.values()].every(hasLeft)) end();
    await settled.promise;
  } finally {
    clearTimeout(silence);
    off();
    signal.removeEventListener("abort", end);
  }
  return [...views.values()];
}

/** This device has nothing more to do for it now. */
function hasLeft({ state, reason }: FileView): boolean {
  return state === "waiting"
    ? reason === "uploaded"
    : state !== "moving" && state !== "preparing" && state !== "offered";
}
