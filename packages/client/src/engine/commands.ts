/** What the application asks, as jobs that answer it. */
import type { ConversationId, MessageId } from "@sotto/protocol";
import { MAX_TEXT_BYTES, idOf, textSizeBytes } from "@sotto/protocol";
import type { Command, CommandProblem, CommandResult } from "./contract.ts";
import { acceptContact, addContact, partFrom } from "./contacts.ts";
import { historyOf, messageOf } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { StoreFailed, commit, done, emit } from "./core.ts";
import { commitUpdate } from "./commits.ts";
import { enqueueDispatch } from "./posts.ts";
import { enqueueReceipt } from "./receipts.ts";
import type { ConversationRecord, OutboxRecord } from "./records.ts";
import { deliveredUpTo } from "./streams.ts";
import { Transaction } from "./transaction.ts";

/** Runs the command and answers it exactly once, also when the store fails or the server cannot be reached. */
export function enqueueCommand(
  core: Core,
  number: number,
  command: Exclude<Command, { kind: "connect" | "disconnect" }>,
): void {
  core.enqueue({
    key: `command/${number}`,
    run: function* () {
      done(core, number, core.live.rolledBack ? refuse("rolledBack") : yield* runCommand(core, command));
    },
    onFailure: (failure) =>
      done(core, number, refuse(failure instanceof StoreFailed ? "storeFailed" : "offline")),
  });
}

function runCommand(
  core: Core,
  command: Exclude<Command, { kind: "connect" | "disconnect" }>,
): Step<CommandResult> {
  switch (command.kind) {
    case "addContact":
      return addContact(core, command.userName, command.text);
    case "acceptContact":
      return acceptContact(core, command.account);
    case "declineContact":
      return partFrom(core, command.account, "declined");
    case "removeContact":
      return partFrom(core, command.account, "removed");
    case "blockContact":
      return partFrom(core, command.account, "blocked");
    case "sendText":
      return sendText(core, command.conversation, command.text, command.replyTo);
    case "markRead":
      return markRead(core, command.conversation);
    case "renewKeys":
      return renewKeys(core, command.conversation);
  }
}

/** Stores the message in the outbox; it goes out when it can, also after the contact has accepted. */
function* sendText(
  core: Core,
  id: ConversationId,
  text: string,
  replyTo: MessageId | null,
): Step<CommandResult> {
  const sizeBytes = textSizeBytes(text);
  if (text === "") return refuse("emptyText");
  if (sizeBytes > MAX_TEXT_BYTES) return refuse("textTooLong", String(sizeBytes));
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined) return refuse("unknownConversation");
  const contact = core.state.contacts.get(conversation.peer);
  if (conversation.state === "ended") return refuse("conversationEnded");
  if (conversation.state === "fork" || conversation.state === "undecided")
    return refuse("conversationEnded", conversation.state);
  if (contact?.state === "incoming" && !isAccepting(core, conversation)) return refuse("notContact");
  if (contact?.keysChanged === true) return refuse("keysChanged");
  const record: OutboxRecord = {
    conversation: id,
    order: conversation.nextOrder,
    id: idOf<MessageId>(core.random(16)),
    text,
    replyTo,
    composedAtMs: core.now(),
    stage: "queued",
    counter: 0,
    content: null,
    ciphertext: null,
    index: 0,
  };
  const history = historyOf(core, record, false);
  const transaction = new Transaction().outbox(record).history(history);
  yield* commit(core, transaction.conversation({ ...conversation, nextOrder: record.order + 1 }));
  emit(core, { type: "message", message: messageOf(core.state, history) });
  enqueueDispatch(core, id);
  return { ok: true, conversation: id, message: record.id };
}

/** The request has been accepted here, and the commit that says so is on its way: what is written meanwhile waits for it. */
function isAccepting({ state }: Core, { group }: ConversationRecord): boolean {
  return group !== null && state.pending.get(group)?.reason === "accept";
}

/** Everything received is read; the senders learn it by the next receipt. */
function* markRead(core: Core, id: ConversationId): Step<CommandResult> {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined) return refuse("unknownConversation");
  const streams = conversation.streams.map((stream) => ({
    ...stream,
    read: Math.max(stream.read, deliveredUpTo(stream)),
  }));
  const news =
    conversation.unread > 0 || streams.some(({ read }, i) => read !== conversation.streams[i]?.read);
  if (news) {
    const readOrder = conversation.nextOrder - 1;
    yield* commit(core, new Transaction().conversation({ ...conversation, streams, unread: 0, readOrder }));
    emit(core, { type: "conversation", conversation: id, change: "read" });
    enqueueReceipt(core, id);
  }
  return { ok: true, conversation: id };
}

function* renewKeys(core: Core, id: ConversationId): Step<CommandResult> {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined) return refuse("unknownConversation");
  if (conversation.state !== "active") return refuse("conversationEnded", conversation.state);
  yield* commitUpdate(core, id, "renew");
  return { ok: true, conversation: id };
}

function refuse(problem: CommandProblem, detail?: string): CommandResult {
  return { ok: false, problem, ...(detail !== undefined && { detail }) };
}
