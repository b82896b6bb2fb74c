/**
 * Own messages from the application. Those that are asked for while another job runs are stored together; if nothing keeps them from being posted
 * they are encrypted in the same transaction, otherwise they wait in the outbox, also for the contact to accept.
 */
import type { ConversationId } from "@sotto/protocol";
import { MAX_TEXT_BYTES, checkedFileBody, textSizeBytes } from "@sotto/protocol";
import type { Command, CommandProblem, CommandResult } from "./contract.ts";
import { contactOf, historyOf, isPaused, messageOf } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { StoreFailed, commit, done, emit, newMessageId, refusal } from "./core.ts";
import { noteAttention } from "./direct/calls.ts";
import { orderNow } from "./order.ts";
import { SEND_BATCH, enqueueDispatch, flush, seal, sealingRoute } from "./posts.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { HistoryRecord } from "./records/history.ts";
import type { OutboxRecord } from "./records/outbox.ts";
import { modeOf } from "./settings.ts";
import type { StoredState } from "./state.ts";
import { Transaction } from "./transaction.ts";

/** A message to be sent, and the number by which its command is answered. */
export interface SendRequest {
  readonly number: number;
  readonly command: Extract<Command, { kind: "sendText" | "sendFiles" }>;
}

/** New messages of one conversation, and its record behind them. */
interface Draft {
  conversation: ConversationRecord;
  readonly records: OutboxRecord[];
}

type Drafts = Map<ConversationId, Draft>;

interface Outcome {
  readonly number: number;
  readonly result: CommandResult;
  /** Of a message that is taken. */
  readonly history?: HistoryRecord;
}

/** Joins the messages that were asked for just before, if their job has not begun and no other command came between. */
export function enqueueSend(core: Core, request: SendRequest): void {
  const { live } = core;
  if (live.openSends !== undefined && live.openSends.length < SEND_BATCH)
    return void live.openSends.push(request);
  const requests = [request];
  live.openSends = requests;
  core.enqueue({
    key: `command/${request.number}`,
    run: () => sendMessages(core, requests),
    onFailure(failure) {
      const result = refusal(failure instanceof StoreFailed ? "storeFailed" : "offline");
      for (const { number } of requests) done(core, number, result);
    },
  });
}

function* sendMessages(core: Core, requests: readonly SendRequest[]): Step<void> {
  if (core.live.openSends === requests) core.live.openSends = undefined;
  const drafts: Drafts = new Map();
  const outcomes = requests.map((request) => compose(core, drafts, request));
  if (drafts.size > 0) yield* commit(core, yield* storing(core, drafts));
  for (const { number, result, history } of outcomes) {
    if (history !== undefined) emit(core, { type: "message", message: messageOf(core.state, history) });
    done(core, number, result);
  }
  for (const id of drafts.keys()) {
    flush(core, id);
    enqueueDispatch(core, id);
    noteAttention(core, id);
  }
}

/** Adds the message to its conversation's draft, or says why it cannot be sent. */
function compose(core: Core, drafts: Drafts, { number, command }: SendRequest): Outcome {
  const { conversation: id } = command;
  const refuse = (...why: Parameters<typeof refusal>): Outcome => ({ number, result: refusal(...why) });
  if (core.live.rolledBack) return refuse("rolledBack");
  const said = saidOf(command);
  if (said === "emptyText") return refuse(said);
  if (said === "textTooLong") return refuse(said, String(textSizeBytes(command.text)));
  const conversation = drafts.get(id)?.conversation ?? core.state.conversations.get(id);
  if (conversation === undefined) return refuse("unknownConversation");
  const problem = sendingProblem(core.state, conversation, said.files.length > 0);
  if (problem !== undefined) return refuse(...problem);
  const record: OutboxRecord = {
    conversation: id,
    order: orderNow(conversation, core.now()),
    id: command.id ?? newMessageId(core),
    ...said,
    composedAtMs: core.now(),
    stage: "queued",
    counter: 0,
    content: null,
    ciphertext: null,
    index: 0,
    path: modeOf(core.state.settings, conversation) === "direct" ? "direct" : null,
  };
  const draft = drafts.get(id) ?? { conversation, records: [] };
  drafts.set(id, draft);
  draft.records.push(record);
  draft.conversation = { ...conversation, nextOrder: record.order + 1 };
  const result = { ok: true, conversation: id, message: record.id } as const;
  return { number, result, history: historyOf(core, record, null) };
}

/** Why no message, or none that offers files, can be sent in the conversation now, and the word that says more. */
export function sendingProblem(
  state: StoredState,
  conversation: ConversationRecord,
  offersFiles: boolean,
): [problem: CommandProblem, detail?: string] | undefined {
  const contact = contactOf(state, conversation);
  if (conversation.state === "ended") return ["conversationEnded"];
  if (conversation.state === "fork" || conversation.state === "undecided")
    return ["conversationEnded", conversation.state];
  if (conversation.peer === null) {
    if (offersFiles) return ["filesInGroup"];
    return isPaused(state, conversation) ? ["keysChanged"] : undefined;
  }
  const accepting = isAccepting(state, conversation);
  if (contact?.state === "incoming" && !accepting) return ["notContact"];
  const isMutual = conversation.state === "active" && contact?.state === "accepted";
  if (offersFiles && !isMutual && !accepting) return ["notContact"];
  return isPaused(state, conversation) ? ["keysChanged"] : undefined;
}

/** What the message says; files as their receivers will read them. */
function saidOf(
  command: SendRequest["command"],
): Pick<OutboxRecord, "text" | "files" | "replyTo"> | "emptyText" | "textTooLong" {
  const { text } = command;
  if (textSizeBytes(text) > MAX_TEXT_BYTES) return "textTooLong";
  if (command.kind === "sendText")
    return text === "" ? "emptyText" : { text, files: [], replyTo: command.replyTo };
  if (command.files.length === 0) return "emptyText";
  const body = checkedFileBody({ kind: "file", text, files: command.files });
  return body === undefined ? "textTooLong" : { text: body.text, files: body.files, replyTo: null };
}

/** The transaction that takes the drafts. */
function* storing(core: Core, drafts: Drafts): Step<Transaction> {
  const transaction = new Transaction();
  for (const { conversation, records } of drafts.values()) {
    for (const record of records) transaction.history(historyOf(core, record, null));
    const route = sealingRoute(core, conversation);
    if (route !== undefined) yield* seal(core, transaction, conversation, records, route);
    else {
      transaction.conversation(conversation);
      for (const record of records) transaction.outbox(record);
    }
  }
  return transaction;
}

/** The request has been accepted here, and the commit that says so is on its way: what is written meanwhile waits for it. */
function isAccepting(state: StoredState, { group }: ConversationRecord): boolean {
  return group !== null && state.pending.get(group)?.reason === "accept";
}
