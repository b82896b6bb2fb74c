/** A file of the other's until all of it is here. */
import type { TransferId } from "@sotto/protocol";
import type { FileView, Sotto } from "sotto";
import { CommandError } from "../problems.ts";
import { shownFileName } from "../show/fileWords.ts";

export interface FetchOptions {
  /** Aborting it ends the waiting, with `cancelled`, and not the transfer. */
  readonly signal?: AbortSignal;
  readonly onView?: (view: FileView) => void;
}

/**
 * Asks for the file and waits, however long it takes. Rejects with `unknownFile`, `cancelled`, `cancelledByPeer`, `fileInvalid`, `fileGone`,
 * `fileExpired`, `fileMissing`, `diskFull`, `fileFailed`.
 */
export async function fetchFile(
  sotto: Sotto,
  transfer: TransferId,
  options: FetchOptions = {},
): Promise<void> {
  const { signal, onView } = options;
  const [before] = await sotto.files.views([transfer]);
  if (before === undefined) throw new CommandError("unknownFile", "There is no such file on this device.");
  if (before.state === "done" || before.mine) return;
  const ended = Promise.withResolvers<void>();
  const look = (view: FileView): void => {
    onView?.(view);
    if (view.state === "done") ended.resolve();
    const problem = problemOf(view);
    if (problem !== undefined) ended.reject(problem);
  };
  const off = sotto.on((event) => {
    if (event.type === "file" && event.file.transfer === transfer) look(event.file);
  });
  const abort = (): void =>
    ended.reject(
      new CommandError("cancelled", "Nobody waits for this file any more; it goes on the next time."),
    );
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    // Rejected while it is asked for, it would be nobody's.
    ended.promise.catch(() => {});
    await sotto.files.fetch(transfer);
    const [now] = await sotto.files.views([transfer]);
    if (now !== undefined) look(now);
    await ended.promise;
  } finally {
    off();
    signal?.removeEventListener("abort", abort);
  }
}

/** Why a file will not come, of one that will not. */
function problemOf(view: FileView): CommandError | undefined {
  const name = shownFileName([view.name]);
  if (view.state === "removed")
    return new CommandError("fileMissing", `${name} has been removed from this device.`);
  if (view.state === "cancelled")
    return view.reason === "byPeer"
      ? new CommandError("cancelledByPeer", `The other side has cancelled ${name}.`)
      : new CommandError("cancelled", `${name} was cancelled.`);
  if (view.state !== "failed") return undefined;
  switch (view.reason) {
    case "invalid":
      return new CommandError(
        "fileInvalid",
        `What came of ${name} is not what was signed. Ask for it again.`,
      );
    case "unknown":
      return new CommandError(
        "fileGone",
        `The sender does not have ${name} any more. Ask them to send it again.`,
      );
    case "expired":
      return new CommandError(
        "fileExpired",
        `The server has kept ${name} for too long and dropped it. Ask for it again.`,
      );
    case "diskFull":
      return new CommandError(
        "diskFull",
        `There is no room on the disk for ${name}. Make room and try again.`,
      );
    default:
      return new CommandError("fileFailed", `${name} could not be taken in. Try again.`);
  }
}
