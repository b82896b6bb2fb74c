/** Taking in from the relay (FIL-17): what it has, a few leaves at a time, until all is here. */
import { hasLeaf } from "@sotto/protocol";
import type { BlobAnswer, BlobStatus } from "../ports/blobs.ts";
import type { TakeOutcome } from "./contract.ts";
import { IDLE_POLL_MS, MAX_GETS, POLL_MS } from "./limits.ts";
import { resetTries } from "./pauses.ts";
import { hold, stop } from "./receiving.ts";
import type { Core, TransferFile } from "./state.ts";
import { pauseTries, put, save, touch, wakeBy, wayOf } from "./state.ts";

/** Asks for leaves that are there, or what is there. */
export function askRelay(core: Core, file: TransferFile): void {
  const { incoming, record, run } = file;
  const { transfer } = record;
  if (incoming.askingRelay) return;
  // Who made the parcel, the sender or the server, nothing says: a link may still bring the file, where there may be one.
  if (incoming.isSpoiled)
    return wayOf(core, file)?.mode === "relay" ? stop(core, file, "invalid") : undefined;
  for (const leaf of obtainable(file, MAX_GETS - core.gets)) {
    incoming.getting.add(leaf);
    core.gets++;
    put(core, { type: "fetch", transfer, run, leaf });
  }
  if (incoming.getting.size > 0 || obtainable(file, 1).length > 0) return;
  if (core.nowMs < incoming.polls.atMs) return wakeBy(core, file, incoming.polls.atMs);
  incoming.askingRelay = true;
  put(core, { type: "place", transfer, run, group: null, sizeBytes: record.sizeBytes });
}

/** What the relay says it has. */
export function onPlace(core: Core, file: TransferFile, answer: BlobAnswer<BlobStatus>): void {
  const { incoming, record } = file;
  incoming.askingRelay = false;
  touch(core, file);
  if (answer.kind === "ok" && answer.value.leafCount === file.leafCount) {
    incoming.there = answer.value.held;
    if (record.relay !== "begun") save(core, file, { relay: "begun" });
    if (obtainable(file, 1).length > 0) return resetTries(incoming.polls);
    return pauseTries(core, incoming.polls, POLL_MS);
  }
  incoming.there = undefined;
  const isGone = answer.kind === "refused" && answer.code === "notFound" && record.relay !== "none";
  if (isGone && record.relay !== "gone") save(core, file, { relay: "gone" });
  pauseTries(core, incoming.polls, isGone ? IDLE_POLL_MS : POLL_MS);
}

/** What became of a leaf of the relay. */
export function onFetched(core: Core, file: TransferFile, leaf: number, outcome: TakeOutcome): void {
  const { incoming } = file;
  if (!incoming.getting.delete(leaf)) return;
  touch(core, file);
  switch (outcome) {
    case "written":
      hold(core, file, leaf, "relay");
      return resetTries(incoming.polls);
    case "absent":
    case "later":
      // Asked again before the next leaf is.
      incoming.there = undefined;
      if (core.nowMs >= incoming.polls.atMs) pauseTries(core, incoming.polls, POLL_MS);
      return;
    case "invalid":
      incoming.isSpoiled = true;
      return;
    case "full":
    case "failed":
      return stop(core, file, outcome);
  }
}

function obtainable({ incoming, leafCount }: TransferFile, max: number): number[] {
  const { there, have, getting, writing, asked } = incoming;
  const found: number[] = [];
  if (there === undefined) return found;
  for (let leaf = incoming.from; leaf < leafCount && found.length < max; leaf++)
    if (
      hasLeaf(there, leaf) &&
      !hasLeaf(have, leaf) &&
      !getting.has(leaf) &&
      !writing.has(leaf) &&
      !asked.includes(leaf)
    )
      found.push(leaf);
  return found;
}
