/** Sending by the relay (FIL-16): when, and what the other side is not known to have. */
import { createHave, addLeaf, hasLeaf, leafContentBytes } from "@sotto/protocol";
import type { BlobAnswer, BlobStatus } from "../ports/blobs.ts";
import type { PutOutcome, Way } from "./contract.ts";
import {
  FULL_RETRY_MS,
  IDLE_POLL_MS,
  MAX_LOSSES,
  MAX_PUTS,
  NO_LINK_MS,
  RECEIPT_MS,
  RETRY_MS,
  SLOW_CLOCK_MS,
  UNASKED_MS,
} from "./limits.ts";
import { createTries, resetTries } from "./pauses.ts";
import { askWhole } from "./receipts.ts";
import { lose } from "./sending.ts";
import { addBytes } from "./speed.ts";
import type { Core, TransferFile } from "./state.ts";
import { linkOf, mayUseRelay, pauseTries, put, save, talkOf, touch, wakeBy, wayOf } from "./state.ts";

/** Does what is to be done at the relay for an own file that is offered. */
export function reviewUpload(core: Core, file: TransferFile): void {
  const { record, outgoing, run } = file;
  const way = wayOf(core, file);
  if (record.paused || !mayUseRelay(way) || outgoing.askingRelay) return;
  if (outgoing.pausedByPeer && linkOf(core, file) !== undefined) return;
  if (core.nowMs < outgoing.patientUntilMs) return wakeBy(core, file, outgoing.patientUntilMs);
  if (!file.hasAskedWhole) askWhole(core, file);
  if (record.relay === "tooLarge" || record.relay === "gone" || record.relay === "lost") return;
  if (record.relay === "uploaded") return pollUploaded(core, file);
  const dueMs = dueAt(core, file, way);
  if (core.nowMs < dueMs) return wakeBy(core, file, dueMs);
  if (core.nowMs < outgoing.tries.atMs) return wakeBy(core, file, outgoing.tries.atMs);
  if (outgoing.there === undefined) {
    outgoing.askingRelay = true;
    const { transfer, sizeBytes } = record;
    return put(core, { type: "place", transfer, run, group: way.group, sizeBytes });
  }
  for (const leaf of lacking(file, MAX_PUTS - core.puts)) {
    outgoing.putting.add(leaf);
    core.puts++;
    put(core, { type: "put", transfer: record.transfer, run, leaf });
  }
  if (outgoing.putting.size === 0 && lacking(file, 1).length === 0) {
    outgoing.polls = createTries();
    pauseTries(core, outgoing.polls, IDLE_POLL_MS);
    save(core, file, { relay: "uploaded" });
  }
}

/** When the relay's turn comes: at once if there is no other way, else when there is no link, or nobody asks on it. */
function dueAt(core: Core, file: TransferFile, way: Way): number {
  const { session, linklessSinceMs } = talkOf(core, file.record.conversation);
  if (way.mode === "relay") return 0;
  if (session?.steady !== true) return Math.max(linklessSinceMs, file.sinceMs) + NO_LINK_MS;
  return Math.max(session.sinceMs, session.requestedAtMs, file.sinceMs) + UNASKED_MS;
}

/** Whether the relay still has it. */
function pollUploaded(core: Core, file: TransferFile): void {
  const { record, outgoing, run } = file;
  const { polls } = outgoing;
  if (core.nowMs < polls.atMs) return wakeBy(core, file, polls.atMs);
  outgoing.askingRelay = true;
  put(core, {
    type: "place",
    transfer: record.transfer,
    run,
    group: null,
    sizeBytes: record.sizeBytes,
  });
}

export function onOwnPlace(core: Core, file: TransferFile, answer: BlobAnswer<BlobStatus>): void {
  const { record, outgoing } = file;
  outgoing.askingRelay = false;
  touch(core, file);
  // The other side has it, and the relay's copy is for its other devices.
  if (record.state === "done" && record.relay === "gone") return;
  if (answer.kind !== "ok") return onProblem(core, file, answer);
  const { leafCount, held, expiresAtMs } = answer.value;
  if (leafCount !== file.leafCount) return refuse(core, file);
  outgoing.there = held;
  outgoing.relayProblem = undefined;
  resetTries(outgoing.tries);
  // A relay that was put back to an earlier day lacks what it had.
  const relay = record.relay === "uploaded" && lacking(file, 1).length === 0 ? "uploaded" : "begun";
  if (relay === "uploaded") pauseTries(core, outgoing.polls, IDLE_POLL_MS);
  if (relay !== record.relay || expiresAtMs !== record.relayUntilMs)
    save(core, file, { relay, relayUntilMs: expiresAtMs });
}

export function onPut(core: Core, file: TransferFile, leaf: number, outcome: PutOutcome): void {
  const { record, outgoing } = file;
  if (!outgoing.putting.delete(leaf)) return;
  touch(core, file);
  if (outcome.kind === "missing") return lose(core, file);
  if (outcome.kind !== "ok") return onProblem(core, file, outcome);
  outgoing.there ??= createHave(file.leafCount);
  addLeaf(outgoing.there, leaf);
  resetTries(outgoing.tries);
  outgoing.relayProblem = undefined;
  file.lastPath = "relay";
  addBytes(file.speed, core.nowMs, leafContentBytes(record.sizeBytes, leaf));
}

function onProblem(
  core: Core,
  file: TransferFile,
  answer: Exclude<BlobAnswer<unknown>, { kind: "ok" }>,
): void {
  const { record, outgoing } = file;
  const code = answer.kind === "refused" ? answer.code : undefined;
  if (code === "tooLarge") return refuse(core, file);
  if (code === "notFound" && record.relay !== "none") return vanish(core, file);
  outgoing.there = undefined;
  outgoing.relayProblem = code === "quotaExceeded" ? "full" : "unreachable";
  const isUploaded = record.relay === "uploaded";
  const pause = code === "quotaExceeded" ? FULL_RETRY_MS : isUploaded ? IDLE_POLL_MS : RETRY_MS;
  const tries = isUploaded ? outgoing.polls : outgoing.tries;
  if (core.nowMs >= tries.atMs) pauseTries(core, tries, pause);
}

/**
 * All who should have it have said so, or its time there is over, or the relay has lost it. Only the other side can say that it has it (FIL-19), and its word may
 * still be on its way; without it the file is brought there again.
 */
function vanish(core: Core, file: TransferFile): void {
  const { record, outgoing } = file;
  outgoing.there = undefined;
  if (record.state !== "offered") return;
  outgoing.relayProblem = undefined;
  outgoing.patientUntilMs = core.nowMs + RECEIPT_MS;
  file.hasAskedWhole = false;
  const isExpired = record.relayUntilMs > 0 && core.nowMs >= record.relayUntilMs - SLOW_CLOCK_MS;
  if (isExpired) return save(core, file, { relay: "gone" });
  const losses = record.losses + 1;
  if (losses > MAX_LOSSES) return save(core, file, { relay: "lost", losses });
  save(core, file, { relay: "none", losses });
}

/** What was asked for a file that has been taken back since: a place that was made nevertheless is given up. */
export function onLatePlace(core: Core, file: TransferFile, answer: BlobAnswer<BlobStatus>): void {
  const { mine, state } = file.record;
  if (mine && state !== "offered" && answer.kind === "ok") save(core, file, { relay: "begun" });
}

function refuse(core: Core, file: TransferFile): void {
  file.outgoing.there = undefined;
  save(core, file, { relay: "tooLarge" });
}

function lacking({ outgoing, record, leafCount }: TransferFile, max: number): number[] {
  const { there, putting } = outgoing;
  const found: number[] = [];
  if (there === undefined) return found;
  for (let leaf = record.peerBelow; leaf < leafCount && found.length < max; leaf++)
    if (!hasLeaf(there, leaf) && !putting.has(leaf)) found.push(leaf);
  return found;
}
