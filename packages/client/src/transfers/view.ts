/** What applications see of a file. */
import { countLeaves, FILE_LEAF_BYTES, hasLeaf, leafContentBytes } from "@sotto/protocol";
import type { FileReason, FileState, FileView } from "../api.ts";
import { isAsking } from "./receiving.ts";
import { bytesPerSecond } from "./speed.ts";
import type { Core, TransferFile } from "./state.ts";
import { linkOf, wayOf } from "./state.ts";

export function viewOf(core: Core, file: TransferFile): FileView {
  const { record } = file;
  const [state, reason] = standing(core, file);
  return {
    transfer: record.transfer,
    conversation: record.conversation,
    message: record.message,
    mine: record.mine,
    name: record.path.at(-1) ?? "file",
    state,
    reason,
    bytes: bytesOf(file),
    total: record.sizeBytes,
    path: file.lastPath,
    bytesPerSecond: state === "moving" ? bytesPerSecond(file.speed, core.nowMs) : 0,
  };
}

function standing(core: Core, file: TransferFile): readonly [FileState, FileReason | null] {
  const { record } = file;
  switch (record.state) {
    case "preparing":
      return ["preparing", null];
    case "done":
    case "removed":
      return [record.state, null];
    case "failed":
    case "cancelled":
      return [record.state, record.reason];
    case "wanted":
      return standingOfWanted(core, file);
    case "offered":
      return record.mine ? standingOfOwn(core, file) : ["offered", null];
  }
}

function standingOfWanted(core: Core, file: TransferFile): readonly [FileState, FileReason | null] {
  const { record, incoming } = file;
  if (record.paused) return ["paused", record.reason];
  const link = linkOf(core, file);
  if (link !== undefined && incoming.pausedByPeer) return ["paused", "byPeer"];
  if (isAsking(file) || incoming.getting.size > 0) return ["moving", null];
  if (link !== undefined || incoming.shelf !== "open") return ["waiting", null];
  if (wayOf(core, file)?.mode === "direct") return ["waiting", "noWay"];
  if (incoming.isSpoiled) return ["waiting", "invalid"];
  return ["waiting", record.relay === "gone" ? "expired" : "peerOffline"];
}

function standingOfOwn(core: Core, file: TransferFile): readonly [FileState, FileReason | null] {
  const { record, outgoing } = file;
  if (record.paused) return ["paused", record.reason];
  const link = linkOf(core, file);
  if (link !== undefined && outgoing.pausedByPeer) return ["paused", "byPeer"];
  if (outgoing.queue.length + outgoing.loaded.length > 0 && link !== undefined) return ["moving", null];
  if (outgoing.putting.size > 0) return ["moving", null];
  if (record.relay === "uploaded") return ["waiting", "uploaded"];
  if (link !== undefined) return ["waiting", null];
  if (wayOf(core, file)?.mode === "direct" || record.relay === "tooLarge") return ["waiting", "noWay"];
  if (record.relay === "lost") return ["waiting", "lost"];
  if (record.relay === "gone") return ["waiting", "expired"];
  if (outgoing.relayProblem === "full") return ["waiting", "relayFull"];
  return ["waiting", outgoing.relayProblem === "unreachable" ? "peerOffline" : null];
}

function bytesOf({ record, incoming, outgoing, leafCount }: TransferFile): number {
  if (record.state === "done" || (record.mine && record.relay === "uploaded")) return record.sizeBytes;
  const contentOf = (leaves: number): number => Math.min(record.sizeBytes, leaves * FILE_LEAF_BYTES);
  if (record.mine) {
    const uploaded = outgoing.there === undefined ? 0 : countLeaves(outgoing.there);
    return contentOf(Math.max(outgoing.peerHeld, record.peerBelow, uploaded));
  }
  const last = leafCount - 1;
  if (incoming.held === 0) return 0;
  const isLastHere = hasLeaf(incoming.have, last);
  return isLastHere
    ? (incoming.held - 1) * FILE_LEAF_BYTES + leafContentBytes(record.sizeBytes, last)
    : incoming.held * FILE_LEAF_BYTES;
}
