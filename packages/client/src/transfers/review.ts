/** What is to be done for a file now: the one place where its way is chosen (FIL-15). */
import { countLeaves } from "@sotto/protocol";
import { askRelay } from "./downloads.ts";
import { reviewEnding } from "./endings.ts";
import { ATTEND_MS, NO_LINK_MS } from "./limits.ts";
import { askLink, forgetAsked, isAsking } from "./receiving.ts";
import type { Core, TransferFile } from "./state.ts";
import { linkOf, mayUseRelay, put, save, talkOf, wakeBy, wayOf } from "./state.ts";
import { reviewReceipt } from "./receipts.ts";
import { reviewUpload } from "./uploads.ts";

export function review(core: Core, file: TransferFile): void {
  file.wakeAtMs = Number.POSITIVE_INFINITY;
  const { state, mine } = file.record;
  if (state === "wanted" || (mine && state === "offered")) sayPaused(core, file);
  if (state === "wanted") reviewWanted(core, file);
  else if (state === "offered" && mine) reviewUpload(core, file);
  reviewReceipt(core, file);
  if (file.record.state === "done" || file.record.state === "cancelled" || file.record.state === "removed")
    reviewEnding(core, file);
}

/** What the other side has been told of pausing is what is so (FIL-13), also when packets did not go through as it changed. */
function sayPaused(core: Core, file: TransferFile): void {
  const { transfer, paused } = file.record;
  const link = linkOf(core, file);
  if (link === undefined || file.saidPaused === paused) return;
  file.saidPaused = paused;
  put(core, { type: "send", link, frame: { type: paused ? "pause" : "resume", transfer } });
}

function reviewWanted(core: Core, file: TransferFile): void {
  const { incoming, record, run } = file;
  // A disk that was full when it was opened is asked again when the user says so.
  if (incoming.shelf === "closed" && !(record.paused && record.reason === "diskFull")) {
    incoming.shelf = "opening";
    put(core, { type: "open", transfer: record.transfer, run, sizeBytes: record.sizeBytes });
  }
  if (incoming.shelf !== "open") return;
  if (incoming.held === file.leafCount) return finish(core, file);
  const way = wayOf(core, file);
  if (record.paused || way === undefined) return;
  if (way.mode !== "relay") attend(core, file);
  const link = linkOf(core, file);
  if (link !== undefined) {
    if (!incoming.pausedByPeer) askLink(core, file, link);
    return;
  }
  // Packets may go through again at once; what was asked for is then on its way.
  const { linklessSinceMs } = talkOf(core, record.conversation);
  const patientUntilMs = linklessSinceMs + NO_LINK_MS;
  if (incoming.asked.length > 0 && core.nowMs < patientUntilMs) return wakeBy(core, file, patientUntilMs);
  forgetAsked(core, file);
  if (mayUseRelay(way)) askRelay(core, file);
}

/** The shelf is open: what is on it. */
export function onOpened(core: Core, file: TransferFile, have: Uint8Array): void {
  const { incoming } = file;
  incoming.shelf = "open";
  incoming.have = have;
  incoming.held = countLeaves(have);
}

function finish(core: Core, file: TransferFile): void {
  forgetAsked(core, file);
  if (isAsking(file)) return;
  save(core, file, { state: "done", reason: null, owed: "done", receipt: "due" });
  file.saidWhole = false;
  file.toldOn = undefined;
}

/** A link is called for while something waits for one (DIR-11). */
function attend(core: Core, { record }: TransferFile): void {
  const talk = talkOf(core, record.conversation);
  if (core.nowMs < talk.attendedAtMs + ATTEND_MS) {
    const file = core.files.get(record.transfer);
    if (file !== undefined) wakeBy(core, file, talk.attendedAtMs + ATTEND_MS);
    return;
  }
  talk.attendedAtMs = core.nowMs;
  put(core, { type: "attend", conversation: record.conversation });
}
