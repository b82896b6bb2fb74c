/** What is said of a file on its way, and what one can do with it. */
import type { FileReason, FileState, FileView } from "sotto";
import type { TextId } from "../text/catalogues/en/index.ts";

/** get: ask for it, also again · save: put it where one wants it · remove: this device's copy. */
export type FileAct = "get" | "pause" | "resume" | "cancel" | "save" | "remove";

export interface FileLook {
  /** The whole of what is said; its values are `name` (the other's), `done` and `total`. */
  readonly words: TextId;
  /** quiet: all is well, or it passes · stop: it has failed, or somebody has to do something. */
  readonly tone: "quiet" | "stop";
  /** How far it is has a meaning. */
  readonly progress: boolean;
  readonly acts: readonly FileAct[];
}

/** What ids begin with that are for the screen alone: the device knows nothing of them. */
export const PROVISIONAL = "shown ";

/** @param view null for a file that the device knows nothing of but its message, as after an import */
export function fileLookOf(
  view: (Pick<FileView, "state" | "reason" | "mine"> & { readonly transfer?: string }) | null,
): FileLook {
  if (view === null) return { words: "files.unknown", tone: "quiet", progress: false, acts: [] };
  const { state, reason, mine } = view;
  return {
    words: wordsOf(state, reason, mine),
    tone: state === "failed" || reason === "diskFull" ? "stop" : "quiet",
    // All of an own one is where it can be for now.
    progress: PROGRESS.has(state) && reason !== "uploaded",
    acts: view.transfer?.startsWith(PROVISIONAL) === true ? [] : actsOf(state, reason, mine),
  };
}

const PROGRESS: ReadonlySet<FileState> = new Set(["preparing", "waiting", "moving", "paused"]);

function wordsOf(state: FileState, reason: FileReason | null, mine: boolean): TextId {
  const side = mine ? "mine" : "theirs";
  switch (state) {
    case "preparing":
      return "files.preparing";
    case "offered":
      return "files.total";
    case "waiting":
      return reason === null ? `files.waiting.${side}` : `files.why.${side}.${reason}`;
    case "moving":
      return "files.moving";
    case "paused":
      if (reason === null) return "files.paused";
      return reason === "byPeer" ? "files.pausedByPeer" : `files.why.${side}.${reason}`;
    case "done":
      return mine ? "files.arrived" : "files.total";
    case "failed":
      return reason === null ? "files.failed" : `files.why.${side}.${reason}`;
    case "cancelled":
      return reason === "byPeer" ? "files.cancelledByPeer" : "files.cancelled";
    case "removed":
      return "files.removed";
  }
}

function actsOf(state: FileState, reason: FileReason | null, mine: boolean): readonly FileAct[] {
  switch (state) {
    case "preparing":
      return ["cancel"];
    case "offered":
      return ["get"];
    case "waiting":
    case "moving":
      // The other side decides when it takes an own one that waits.
      return mine && state === "waiting" ? ["cancel"] : ["pause", "cancel"];
    case "paused":
      return reason === "byPeer" ? ["cancel"] : ["resume", "cancel"];
    case "done":
      return ["save", "remove"];
    case "failed":
    case "removed":
      return mine ? [] : ["get"];
    case "cancelled":
      return [];
  }
}
