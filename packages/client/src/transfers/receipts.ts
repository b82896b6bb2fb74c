/** What is said of whole files inside MLS (FIL-19): the one word, beside `end done` on a link, by which a sender learns that the other side has a file. */
import type { ConversationId, TransferId } from "@sotto/protocol";
import type { FileWord } from "../ports/fileLinks.ts";
import { createTries } from "./pauses.ts";
import { forgetRequests } from "./sending.ts";
import type { Core, TransferFile } from "./state.ts";
import { linkOf, put, save, touch } from "./state.ts";

/** Says what is owed, once in this run and after each new connection: until it has got away. */
export function reviewReceipt(core: Core, file: TransferFile): void {
  if (file.record.receipt !== "due" || file.saidWhole) return;
  file.saidWhole = true;
  say(core, file, "whole");
}

/** Asks the other side whether it has the file: a receipt that was sent may be lost. */
export function askWhole(core: Core, file: TransferFile): void {
  file.hasAskedWhole = true;
  say(core, file, "asked");
}

function say(core: Core, { record }: TransferFile, word: Exclude<FileWord, "told">): void {
  const { conversation, transfer } = record;
  put(core, { type: "receipt", conversation, transfer, word });
}

export function onReceipt(
  core: Core,
  conversation: ConversationId,
  transfer: TransferId,
  word: FileWord,
): void {
  const file = core.files.get(transfer);
  // A transfer belongs to the conversation whose history has its manifest.
  if (file?.record.conversation !== conversation) return;
  const { mine } = file.record;
  if (word === "whole") return mine ? onWhole(core, file) : undefined;
  if (mine) return;
  if (word === "asked") return onAsked(core, file);
  if (file.record.receipt === "due") save(core, file, { receipt: "told" });
}

/** The first of the other side's devices has it. Others may still take it from the relay, which drops its copy when all have; over a link there are no others. */
function onWhole(core: Core, file: TransferFile): void {
  const { state, relay } = file.record;
  if (state !== "offered" && state !== "failed") return;
  forgetRequests(file);
  const isAlone = linkOf(core, file) !== undefined;
  save(core, file, { state: "done", paused: false, reason: null, relay: isAlone ? relay : "gone" });
}

/** Its sender does not know: it is told as if the file had just become whole, and so is a relay that has been given it again. */
function onAsked(core: Core, file: TransferFile): void {
  const { state, receipt } = file.record;
  if (receipt !== "told" || (state !== "done" && state !== "removed")) return;
  file.saidWhole = false;
  file.toldOn = undefined;
  file.settles = createTries();
  save(core, file, { receipt: "due", owed: "done", relay: "none" });
}

/** A new connection: what was on its way may be lost. */
export function repeatReceipt(core: Core, file: TransferFile): void {
  if (file.record.receipt !== "due") return;
  file.saidWhole = false;
  touch(core, file);
}
