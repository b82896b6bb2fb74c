/** What is still to be said when a file's transfer is over: to the other side on a link, to the relay (FIL-18). */
import type { BlobAnswer } from "../ports/blobs.ts";
import { IDLE_POLL_MS, RETRY_MS, TOLD_MS } from "./limits.ts";
import type { Core, TransferFile } from "./state.ts";
import { linkOf, mayUseRelay, pauseTries, put, save, touch, wakeBy, wayOf } from "./state.ts";

/** How often a receiver looks whether the sender has put there what is here already: for some 17 minutes. */
const MAX_SEARCHES = 10;

export function reviewEnding(core: Core, file: TransferFile): void {
  tellPeer(core, file);
  tellRelay(core, file);
}

/** `end` on each new link, until one has stayed open for a while after it. */
function tellPeer(core: Core, file: TransferFile): void {
  const { record } = file;
  const link = linkOf(core, file);
  if (record.owed === null || link === undefined) return;
  if (file.toldOn !== link) {
    file.toldOn = link;
    file.toldAtMs = core.nowMs;
    put(core, {
      type: "send",
      link,
      frame: { type: "end", transfer: record.transfer, reason: record.owed },
    });
  }
  const heardMs = file.toldAtMs + TOLD_MS;
  if (core.nowMs >= heardMs) save(core, file, { owed: null });
  else wakeBy(core, file, heardMs);
}

/** The relay drops its copy. A receiver that could not tell the sender looks whether there is one. */
function tellRelay(core: Core, file: TransferFile): void {
  const { record, run, settles } = file;
  // The receipt goes before: where the relay's copy is gone, the word that explains it is there.
  if (record.receipt === "due") return;
  // Who has given it up does not have it: to the sender the relay's copy would be one that has come.
  const isOver = record.mine || record.state === "done" || record.owed === "done";
  const isThere = isOver && (record.relay === "begun" || record.relay === "uploaded");
  const isSearched =
    !record.mine && record.owed === "done" && record.relay === "none" && linkOf(core, file) === undefined;
  if (!(isThere || isSearched) || file.settling || !mayUseRelay(wayOf(core, file))) return;
  if (core.nowMs < settles.atMs) return wakeBy(core, file, settles.atMs);
  file.settling = true;
  const { transfer, sizeBytes } = record;
  put(
    core,
    isThere ? { type: "settle", transfer, run } : { type: "place", transfer, run, group: null, sizeBytes },
  );
}

/** The relay has dropped its copy, or not. */
export function onSettled(core: Core, file: TransferFile, answer: BlobAnswer<void>): void {
  const { record, settles } = file;
  file.settling = false;
  touch(core, file);
  const isOver = answer.kind === "ok" || (answer.kind === "refused" && answer.code === "notFound");
  if (!isOver) return pauseTries(core, settles, RETRY_MS);
  if (record.mine || record.owed !== "done") return save(core, file, { relay: "gone" });
  // A sender that was in the midst of it begins anew: this is looked for again.
  save(core, file, { relay: "none" });
  pauseTries(core, settles, IDLE_POLL_MS);
}

/** Whether the relay has a copy of a file that is here. */
export function onSearched(core: Core, file: TransferFile, isThere: boolean): void {
  const { settles } = file;
  file.settling = false;
  touch(core, file);
  if (isThere) save(core, file, { relay: "begun" });
  else if (settles.count >= MAX_SEARCHES) save(core, file, { relay: "gone" });
  else pauseTries(core, settles, IDLE_POLL_MS);
}
