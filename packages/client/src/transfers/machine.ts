/** The machine that moves files: from events to effects (see contract.ts). */
import type { TransferId } from "@sotto/protocol";
import type { FileView } from "../api.ts";
import { onCommand } from "./commands.ts";
import type { Surroundings, TransferEffect, TransferEvent } from "./contract.ts";
import { onFetched, onPlace } from "./downloads.ts";
import { onSearched, onSettled } from "./endings.ts";
import { onFrame } from "./frames.ts";
import { reviewLink } from "./links.ts";
import { resetTries } from "./pauses.ts";
import { keepSpare, onTaken, stop } from "./receiving.ts";
import { onReceipt, repeatReceipt } from "./receipts.ts";
import type { TransferRecord } from "./record.ts";
import { onOpened, review } from "./review.ts";
import { onRead, pourLink } from "./sending.ts";
import type { Core, TransferFile } from "./state.ts";
import { createCore, createFile, talkOf, touch, touchWaiting } from "./state.ts";
import { onLatePlace, onOwnPlace, onPut } from "./uploads.ts";
import { viewOf } from "./view.ts";

export interface TransferMachine {
  /** `nowMs` never goes back. */
  handle(event: TransferEvent, nowMs: number): readonly TransferEffect[];
  view(transfer: TransferId): FileView | undefined;
  record(transfer: TransferId): TransferRecord | undefined;
  records(): readonly TransferRecord[];
}

export function createTransferMachine(surroundings: Surroundings): TransferMachine {
  const core = createCore(surroundings);
  return {
    handle(event, nowMs) {
      core.nowMs = Math.max(core.nowMs, nowMs);
      core.effects = [];
      core.poured.clear();
      dispatch(core, event);
      settle(core);
      return core.effects;
    },
    view(transfer) {
      const file = core.files.get(transfer);
      return file && viewOf(core, file);
    },
    record: (transfer) => core.files.get(transfer)?.record,
    records: () => [...core.files.values()].map(({ record }) => record),
  };
}

function dispatch(core: Core, event: TransferEvent): void {
  switch (event.type) {
    case "known":
      return learn(core, event.record);
    case "forget":
      return forget(core, event.transfer);
    case "frame":
      return onFrame(core, event.link, event.conversation, event.frame);
    case "changed":
      return reviewLink(core, event.conversation);
    case "drained":
      for (const { session } of core.talks.values())
        if (session?.link === event.link) pourLink(core, session);
      return;
    case "receipt":
      return onReceipt(core, event.conversation, event.transfer, event.word);
    case "online":
      return hurry(core);
    case "wake":
      core.wakeAtMs = undefined;
      for (const file of core.timed) if (file.wakeAtMs <= core.nowMs) touch(core, file);
      return;
    case "command": {
      const file = core.files.get(event.transfer);
      if (file !== undefined) onCommand(core, file, event.command);
      return;
    }
    case "read": {
      // Its ticket says for whom it is, also after a copy was removed.
      const file = core.files.get(event.transfer);
      if (file !== undefined) onRead(core, file, event.ticket, event.parcel);
      return;
    }
    default: {
      if (event.type === "taken") keepSpare(core, event.parcel);
      countDown(core, event);
      const file = core.files.get(event.transfer);
      // An answer of an earlier run is about a copy that was removed since.
      if (file?.run === event.run) onAnswer(core, file, event);
      else if (file !== undefined && event.type === "place") onLatePlace(core, file, event.answer);
    }
  }
}

type AnswerEvent = Exclude<Extract<TransferEvent, { readonly run: number }>, { readonly type: "read" }>;

function onAnswer(core: Core, file: TransferFile, event: AnswerEvent): void {
  touch(core, file);
  switch (event.type) {
    case "opened":
      if (event.have instanceof Uint8Array) return onOpened(core, file, event.have);
      file.incoming.shelf = "closed";
      return stop(core, file, event.have === "full" ? "full" : "failed");
    case "taken":
      return onTaken(core, file, event.leaf, event.outcome);
    case "fetched":
      return onFetched(core, file, event.leaf, event.outcome);
    case "put":
      return onPut(core, file, event.leaf, event.outcome);
    case "place":
      if (file.settling) return onSearched(core, file, event.answer.kind === "ok");
      return file.record.mine ? onOwnPlace(core, file, event.answer) : onPlace(core, file, event.answer);
    case "settled":
      return onSettled(core, file, event.answer);
  }
}

/** A parcel is not under way any more, whatever has become of its file. */
function countDown(core: Core, event: AnswerEvent): void {
  if (event.type === "put") core.puts--;
  else if (event.type === "fetched") core.gets--;
  else return;
  touchWaiting(core);
}

/** One that is known already is changed only from "preparing" to "offered": its message is stored. */
function learn(core: Core, record: TransferRecord): void {
  const known = core.files.get(record.transfer);
  if (known !== undefined) {
    if (known.record.state !== "preparing" || record.state !== "offered") return;
    known.record = { ...known.record, state: "offered" };
    core.effects.push({ type: "store", record: known.record });
    return touch(core, known);
  }
  const file = createFile(record, core.nowMs);
  core.files.set(record.transfer, file);
  talkOf(core, record.conversation).files.add(file);
  reviewLink(core, record.conversation);
  touch(core, file);
}

function forget(core: Core, transfer: TransferId): void {
  const file = core.files.get(transfer);
  if (file === undefined || file.record.state !== "preparing") return;
  core.files.delete(transfer);
  talkOf(core, file.record.conversation).files.delete(file);
}

/** What waits for another try at the relay is tried now. */
function hurry(core: Core): void {
  for (const file of core.timed) {
    resetTries(file.incoming.polls);
    resetTries(file.outgoing.tries);
    resetTries(file.settles);
    touch(core, file);
  }
  for (const file of core.files.values()) repeatReceipt(core, file);
}

/** Looks at files until nothing more follows, tells what has changed of them, and sets the clock. */
function settle(core: Core): void {
  const seen = new Set<TransferFile>();
  for (let rounds = 0; core.dirty.size > 0; rounds++) {
    if (rounds > 1000) throw new Error("transfers do not come to rest");
    const files = [...core.dirty];
    core.dirty.clear();
    for (const file of files) {
      review(core, file);
      seen.add(file);
      if (file.wakeAtMs < Infinity) core.timed.add(file);
      else core.timed.delete(file);
    }
  }
  if (seen.size === 0) return;
  for (const file of seen) tell(core, file);
  const wakeAtMs = nextWake(core);
  if (wakeAtMs === core.wakeAtMs) return;
  core.wakeAtMs = wakeAtMs;
  core.effects.push({ type: "wake", atMs: wakeAtMs });
}

function tell(core: Core, file: TransferFile): void {
  const { state, reason, bytes } = viewOf(core, file);
  const shown = `${state} ${reason} ${bytes}`;
  if (shown === file.shown) return;
  file.shown = shown;
  core.effects.push({ type: "changed", transfer: file.record.transfer });
}

function nextWake(core: Core): number | undefined {
  let next = Number.POSITIVE_INFINITY;
  for (const { wakeAtMs } of core.timed) next = Math.min(next, wakeAtMs);
  return next === Number.POSITIVE_INFINITY ? undefined : next;
}
