/** Taking in by a link (FIL-11, FIL-12): what is asked for, and what comes of it. */
import type { FileChunkFrame } from "@sotto/protocol";
import {
  addLeaf,
  assembleParcel,
  FILE_LEAF_BYTES,
  hasLeaf,
  leafContentBytes,
  MAX_LEAVES_ASKED,
  MAX_PARCEL_BYTES,
  parcelBytes,
} from "@sotto/protocol";
import type { TakeOutcome } from "./contract.ts";
import { MAX_ASKING, MAX_SPARE, MAX_WINDOW, MIN_WINDOW, REASK_MS } from "./limits.ts";
import type { Core, TransferFile } from "./state.ts";
import { linkOf, put, save, talkOf, touch, wakeBy } from "./state.ts";
import { addBytes } from "./speed.ts";

/** Nothing is expected of the link any more; what comes of it is ignored up to the next leaf that is asked for. */
export function forgetAsked(core: Core, { incoming, record }: TransferFile): void {
  if (incoming.asked.length === 0) return;
  incoming.asked = [];
  incoming.assembly = undefined;
  incoming.muddled = true;
  letOthersAsk(core, record);
}

/** Asks for what fits the window, lowest leaves first. Nothing while other files have their turn. */
export function askLink(core: Core, file: TransferFile, link: number): void {
  const { incoming, record } = file;
  const isQuiet = core.nowMs - incoming.stirredAtMs >= REASK_MS;
  if (incoming.asked.length > 0 && isQuiet) forgetAsked(core, file);
  if (!isAsking(file) && countAsking(core, file) >= MAX_ASKING) return;
  // The first request on a link says that all before it is here: what is being written is not, yet.
  if (!incoming.hasAsked && incoming.writing.size > 0) return;
  const runs = runsOf(missing(file, incoming.window - incoming.asked.length - incoming.writing.size));
  for (const { first, count } of runs) {
    for (let leaf = first; leaf < first + count; leaf++) incoming.asked.push(leaf);
    incoming.stirredAtMs = core.nowMs;
    incoming.hasAsked = true;
    const frame = { type: "request", transfer: record.transfer, first, count, held: incoming.held } as const;
    put(core, { type: "send", link, frame });
  }
  if (incoming.asked.length > 0) wakeBy(core, file, incoming.stirredAtMs + REASK_MS);
}

export function isAsking({ incoming }: TransferFile): boolean {
  return incoming.asked.length + incoming.writing.size > 0;
}

/**
 * The next leaves that are missing and not under way. None lies 64 or more beyond the first that is not here and does not come from the relay (FIL-12), so that the
 * sender knows what is here.
 */
function missing({ incoming, leafCount }: TransferFile, max: number): number[] {
  const { have, asked, writing, getting } = incoming;
  while (incoming.from < leafCount && hasLeaf(have, incoming.from)) incoming.from++;
  const found: number[] = [];
  let base: number | undefined;
  for (let leaf = incoming.from; leaf < leafCount && found.length < max; leaf++) {
    if (hasLeaf(have, leaf) || getting.has(leaf)) continue;
    base ??= leaf;
    if (leaf - base >= MAX_LEAVES_ASKED) break;
    if (!asked.includes(leaf) && !writing.has(leaf)) found.push(leaf);
  }
  return found;
}

/** A chunk of the other side; false if it breaks the rules. */
export function onChunk(core: Core, file: TransferFile, frame: FileChunkFrame): boolean {
  const { incoming, record } = file;
  if (frame.leaf >= file.leafCount) return false;
  if (record.state !== "wanted" || record.paused || incoming.pausedByPeer) return true;
  const [expected] = incoming.asked;
  const isStray = frame.leaf !== expected || (incoming.assembly === undefined && frame.chunk !== 0);
  // What was asked for before a pause, or before packets stopped, may come late, or twice.
  if (isStray) return incoming.muddled || hasLeaf(incoming.have, frame.leaf);
  incoming.assembly ??= assembleParcel(record.sizeBytes, expected, roomFor(core, file, expected));
  incoming.stirredAtMs = core.nowMs;
  const { assembly } = incoming;
  switch (assembly.take(frame)) {
    case "wrong":
      if (!incoming.muddled) return false;
      incoming.assembly = undefined;
      return true;
    case "more":
      return true;
    case "whole":
      incoming.asked.shift();
      incoming.assembly = undefined;
      incoming.writing.add(expected);
      if (incoming.writing.size > 2) incoming.window = Math.max(MIN_WINDOW, incoming.window - 1);
      put(core, {
        type: "take",
        transfer: record.transfer,
        run: file.run,
        leaf: expected,
        parcel: assembly.parcel,
      });
      return true;
  }
}

/** Room for the leaf's parcel. */
function roomFor(core: Core, { record }: TransferFile, leaf: number): Uint8Array {
  const size = parcelBytes(record.sizeBytes, leaf);
  const room = size > FILE_LEAF_BYTES ? (core.spare.pop() ?? new Uint8Array(MAX_PARCEL_BYTES)) : undefined;
  return room?.subarray(0, size) ?? new Uint8Array(size);
}

/** A parcel that nobody needs any more leaves its room to others. */
export function keepSpare(core: Core, parcel: Uint8Array): void {
  if (parcel.buffer.byteLength === MAX_PARCEL_BYTES && core.spare.length < MAX_SPARE)
    core.spare.push(new Uint8Array(parcel.buffer));
}

/** What became of a leaf of the link. */
export function onTaken(core: Core, file: TransferFile, leaf: number, outcome: TakeOutcome): void {
  const { incoming, record } = file;
  if (!incoming.writing.delete(leaf)) return;
  if (outcome === "written") {
    hold(core, file, leaf, "direct");
    // Nothing of what was asked for has come meanwhile: the way is long.
    if (incoming.asked.length > 0 && incoming.assembly === undefined)
      incoming.window = Math.min(MAX_WINDOW, incoming.window + 1);
  } else stop(core, file, outcome);
  touch(core, file);
  if (!isAsking(file)) letOthersAsk(core, record);
}

/** The leaf is here, durably. */
export function hold(core: Core, file: TransferFile, leaf: number, path: "direct" | "relay"): void {
  const { incoming } = file;
  if (hasLeaf(incoming.have, leaf)) return;
  addLeaf(incoming.have, leaf);
  incoming.held++;
  file.lastPath = path;
  addBytes(file.speed, core.nowMs, leafContentBytes(file.record.sizeBytes, leaf));
}

/** A leaf that cannot be kept ends the transfer, or pauses it until there is room. */
export function stop(core: Core, file: TransferFile, outcome: TakeOutcome): void {
  const { record } = file;
  if (record.state !== "wanted") return;
  const link = linkOf(core, file);
  forgetAsked(core, file);
  if (outcome === "full") return save(core, file, { paused: true, reason: "diskFull" });
  const reason = outcome === "invalid" ? "invalid" : "failed";
  if (link !== undefined)
    put(core, { type: "send", link, frame: { type: "end", transfer: record.transfer, reason } });
  save(core, file, { state: "failed", reason });
}

function countAsking(core: Core, file: TransferFile): number {
  let count = 0;
  for (const other of talkOf(core, file.record.conversation).files) if (isAsking(other)) count++;
  return count;
}

function letOthersAsk(core: Core, { conversation }: TransferFile["record"]): void {
  for (const other of talkOf(core, conversation).files)
    if (other.record.state === "wanted" && !isAsking(other)) touch(core, other);
}

function runsOf(leaves: readonly number[]): { first: number; count: number }[] {
  const runs: { first: number; count: number }[] = [];
  for (const leaf of leaves) {
    const last = runs.at(-1);
    if (last !== undefined && leaf === last.first + last.count && last.count < MAX_LEAVES_ASKED) last.count++;
    else runs.push({ first: leaf, count: 1 });
  }
  return runs;
}
