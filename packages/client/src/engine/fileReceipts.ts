/**
 * What receipts say of files (FIL-19): that they are whole here, or the question whether they are there. The transfers keep what is owed, and say it anew after
 * a restart; here it waits for the next receipt, until that has got away.
 */
import type { Member } from "@sotto/crypto";
import type { ConversationId, ReceiptBody, TransferId } from "@sotto/protocol";
import { MAX_FILES_IN_RECEIPT } from "@sotto/protocol";
import type { Command } from "./contract.ts";
import type { Core } from "./core.ts";
import type { ConversationRecord } from "./records/conversation.ts";

export interface FileWords {
  readonly whole: Set<TransferId>;
  readonly asked: Set<TransferId>;
}

type Words = Pick<ReceiptBody, "whole" | "asked">;

/** The next receipt of the conversation says it. */
export function owe(
  core: Core,
  { conversation, transfer, word }: Extract<Command, { kind: "fileReceipt" }>,
): void {
  const words = core.live.fileWords.get(conversation) ?? { whole: new Set(), asked: new Set() };
  words[word].add(transfer);
  core.live.fileWords.set(conversation, words);
}

/** As much as one receipt can say; the next one says the rest. */
export function nextWords(core: Core, id: ConversationId): Words {
  const words = core.live.fileWords.get(id);
  const first = (transfers: ReadonlySet<TransferId> | undefined): readonly TransferId[] =>
    [...(transfers ?? [])].slice(0, MAX_FILES_IN_RECEIPT);
  return { whole: first(words?.whole), asked: first(words?.asked) };
}

/** A receipt has got away. */
export function settleWords(core: Core, id: ConversationId, { whole, asked }: Words): void {
  const words = core.live.fileWords.get(id);
  for (const transfer of asked) words?.asked.delete(transfer);
  for (const transfer of whole) {
    words?.whole.delete(transfer);
    core.effect({ type: "fileReceipt", conversation: id, transfer, word: "told" });
  }
}

/** What a receipt of a pair's other account says. One of another device of this account says nothing of what the contact has. */
export function tellWords(
  core: Core,
  { id, peer, state }: ConversationRecord,
  { credential }: Member,
  { whole, asked }: Words,
): void {
  if (credential.account !== peer || state !== "active") return;
  for (const transfer of whole)
    core.effect({ type: "fileReceipt", conversation: id, transfer, word: "whole" });
  for (const transfer of asked)
    core.effect({ type: "fileReceipt", conversation: id, transfer, word: "asked" });
}
