/** What a user can ask of a file. What makes no sense in its state changes nothing. */
import type { TransferCommand } from "./contract.ts";
import { forgetAsked } from "./receiving.ts";
import { forgetRequests } from "./sending.ts";
import type { Core, TransferFile } from "./state.ts";
import { linkOf, put, resetFile, save } from "./state.ts";

export function onCommand(core: Core, file: TransferFile, command: TransferCommand): void {
  switch (command) {
    case "fetch":
      return fetch(core, file);
    case "pause":
      return pause(core, file);
    case "resume":
      return resume(core, file);
    case "cancel":
      return cancel(core, file);
    case "remove":
      return remove(core, file);
  }
}

function fetch(core: Core, file: TransferFile): void {
  const { mine, state } = file.record;
  if (mine) return;
  if (state === "wanted") return resume(core, file);
  if (state !== "offered" && state !== "failed" && state !== "removed") return;
  resetFile(file);
  save(core, file, {
    state: "wanted",
    paused: false,
    reason: null,
    relay: "none",
    owed: null,
    receipt: "none",
  });
}

function isUnderWay({ record }: TransferFile): boolean {
  return record.state === "wanted" || (record.mine && record.state === "offered");
}

function pause(core: Core, file: TransferFile): void {
  if (!isUnderWay(file) || file.record.paused) return;
  forgetAsked(core, file);
  forgetRequests(file);
  save(core, file, { paused: true, reason: null });
}

function resume(core: Core, file: TransferFile): void {
  const { record } = file;
  if (!isUnderWay(file)) return;
  // Also of one whose place at the relay is gone: it is brought there again.
  const isGone = record.mine && (record.relay === "gone" || record.relay === "lost");
  const relay = isGone ? "none" : record.relay;
  if (!record.paused && !isGone && record.losses === 0) return;
  // A shelf that had no room when it was opened is opened again.
  save(core, file, { paused: false, reason: null, relay, losses: 0 });
}

/** For good: the other side is told, and nothing of it stays here. */
function cancel(core: Core, file: TransferFile): void {
  const { state, mine } = file.record;
  const isOpen = state === "preparing" || state === "offered" || state === "wanted" || state === "failed";
  if (!isOpen) return;
  discard(core, file);
  // Of what was never asked for nobody expects an answer.
  const isExpected = mine || state === "wanted" || state === "failed";
  save(core, file, {
    state: "cancelled",
    paused: false,
    reason: null,
    owed: isExpected ? "cancelled" : null,
  });
}

function remove(core: Core, file: TransferFile): void {
  const { state, mine } = file.record;
  if (mine && (state === "offered" || state === "preparing")) return cancel(core, file);
  const link = linkOf(core, file);
  if (state === "wanted" && link !== undefined)
    put(core, { type: "send", link, frame: { type: "pause", transfer: file.record.transfer } });
  if (state === "offered" || state === "cancelled") return;
  discard(core, file);
  save(core, file, { state: "removed", paused: false, reason: null });
}

/** The copy goes, and all that is under way is forgotten. */
export function discard(core: Core, file: TransferFile): void {
  resetFile(file);
  put(core, { type: "remove", transfer: file.record.transfer });
}
