/** Receiving application messages: decrypt, judge, store with the cursor in one transaction, then acknowledge and show. */
import type { Decrypted, Member } from "@sotto/crypto";
import { unpadContent } from "@sotto/crypto";
import type { Content, MessageEntry, MessageId, StreamReceipt } from "@sotto/protocol";
import { MAX_REQUEST_TEXT_CHARS, bytesEqual, decodeContent, decodeMessageBinding } from "@sotto/protocol";
import { contentHash } from "./chain.ts";
import type { ClientEvent, ConversationChange } from "./contract.ts";
import { isStopped, messageOf } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit, mlsOrThrow } from "./core.ts";
import { loadGroup } from "./groups.ts";
import { storedAmong } from "./imports.ts";
import { leaveAgain } from "./leaving.ts";
import { orderNow } from "./order.ts";
import { applyReceipts, enqueueReceipt } from "./receipts.ts";
import type { ConversationRecord, HistoryRecord, StreamRecord } from "./records.ts";
import { judgeArrival, skipCounters, withRecent } from "./streams.ts";
import { Transaction } from "./transaction.ts";

/** Takes in a run of message entries of one group. */
export function* receiveMessages(core: Core, entries: readonly MessageEntry[]): Step<void> {
  const [first] = entries as [MessageEntry];
  const last = entries.at(-1) as MessageEntry;
  const transaction = new Transaction().cursor(last.sequence);
  if (core.state.left.has(first.group)) return yield* leaveAgain(core, transaction, first.group);
  const conversation = conversationOfEntry(core, first);
  if (conversation === undefined) {
    yield* commit(core, transaction);
    return;
  }
  const group = yield* loadGroup(core, first.group);
  const decrypted = yield* mlsOrThrow({
    op: "decrypt",
    group,
    ciphertexts: entries.map(({ ciphertext }) => ciphertext),
  });
  const intake = new Intake(core, conversation, yield* importedOf(core, conversation, decrypted.results));
  for (const [i, entry] of entries.entries()) intake.take(entry, decrypted.results[i] as Decrypted);
  transaction.group(decrypted.group, decrypted.delta);
  for (const record of intake.history) transaction.history(record);
  const receipted = applyReceipts(core, transaction, intake.conversation, intake.receipts);
  transaction.conversation(receipted.conversation);
  yield* commit(core, transaction);
  for (const record of intake.history)
    emit(core, { type: "message", message: messageOf(core.state, record) });
  for (const event of [...intake.events(), ...receipted.events]) emit(core, event);
  if (intake.history.length > 0) enqueueReceipt(core, conversation.id);
}

/** Messages are taken only from groups that carry a conversation that can still receive. */
function conversationOfEntry(core: Core, entry: MessageEntry): ConversationRecord | undefined {
  const id = core.state.conversationOfGroup.get(entry.group);
  const conversation = id && core.state.conversations.get(id);
  return conversation === undefined || isStopped(conversation) ? undefined : conversation;
}

/** Senders and ids of those texts that an archive has brought already. */
function* importedOf(
  core: Core,
  { id }: ConversationRecord,
  results: readonly Decrypted[],
): Step<ReadonlySet<string>> {
  if (!core.state.imported.has(id)) return NONE;
  const texts = results.flatMap((result) => {
    const encoded = result.kind === "failed" ? undefined : unpadContent(result.plaintext);
    const content = encoded && decodeContent(encoded);
    if (result.kind === "failed" || content?.body.kind !== "text") return [];
    return [{ from: result.sender.credential.account, id: content.id }];
  });
  return yield* storedAmong(id, texts);
}

const NONE: ReadonlySet<string> = new Set();

/** Judges decrypted messages one after the other. */
class Intake {
  conversation: ConversationRecord;
  readonly history: HistoryRecord[] = [];
  readonly receipts: StreamReceipt[] = [];
  readonly #core: Core;
  readonly #changes = new Set<ConversationChange>();
  /** Sender and id of the texts that have come lately. */
  #known: Set<string> | undefined;

  /** Senders and ids of texts that are here from an archive. */
  readonly #imported: ReadonlySet<string>;

  constructor(core: Core, conversation: ConversationRecord, imported: ReadonlySet<string>) {
    this.#core = core;
    this.conversation = conversation;
    this.#imported = imported;
  }

  take(entry: MessageEntry, result: Decrypted): void {
    if (isStopped(this.conversation)) return;
    if (result.kind === "failed") {
      // A replay is what a relay may always do; everything else is a message that cannot be read.
      if (result.reason !== "replayed") this.#changes.add("unreadable");
      return;
    }
    const binding = this.#judgeBinding(entry, result.authenticatedData);
    if (binding !== "ours") {
      this.#changes.add("fork");
      // Its sender has signed that another handshake stands where this device has one: what is sent from here on would be lost.
      if (binding === "another") this.conversation = { ...this.conversation, state: "fork" };
      return;
    }
    const encoded = unpadContent(result.plaintext);
    const content = encoded && decodeContent(encoded);
    if (encoded === undefined || content === undefined) this.#changes.add("unreadable");
    else if (content.body.kind === "receipt") this.receipts.push(...content.body.receipts);
    else this.#takeCounted(content, contentHash(this.#core.sha256, encoded), result.sender);
  }

  events(): readonly ClientEvent[] {
    return [...this.#changes].map((change) => ({
      type: "conversation",
      conversation: this.conversation.id,
      change,
    }));
  }

  /** MLS-6: whether the sender's handshake history up to the message's epoch is ours. `misplaced`: the entry does not tell. */
  #judgeBinding(entry: MessageEntry, authenticatedData: Uint8Array): "ours" | "another" | "misplaced" {
    const binding = decodeMessageBinding(authenticatedData);
    const { headIndex, headHash, pastHash } = this.conversation;
    if (binding === undefined || binding.index !== entry.index) return "misplaced";
    const expected =
      binding.index === headIndex ? headHash : binding.index === headIndex - 1 ? pastHash : null;
    if (expected === null) return "misplaced";
    return bytesEqual(binding.headHash, expected) ? "ours" : "another";
  }

  #takeCounted(content: Content, hash: Uint8Array, sender: Member): void {
    const { account, device } = sender.credential;
    const { stream, counter, previousHash } = content;
    const known = this.conversation.streams.find((record) => record.stream === stream);
    const judged = judgeArrival(known, { stream, account, device, counter, previousHash, hash });
    if (judged.kind === "duplicate") return;
    if (judged.kind === "foreign") {
      this.#changes.add("unreadable");
      return;
    }
    if (judged.kind === "ahead" || judged.kind === "broken") this.#changes.add("gap");
    let next = judged.stream;
    if (judged.kind === "late" && next.missing.length === 0) this.#changes.add("gapClosed");
    if (content.body.kind === "skip") next = skipCounters(next, content.body.counters);
    const { body, id } = content;
    const again = body.kind === "text" && this.#isKnown(sender, id);
    this.#setStream(body.kind === "text" ? withRecent(next, counter, id) : next);
    if (body.kind === "text" && !again) this.#takeText(content, body.text, sender);
  }

  /** The text has come in an earlier group, whose receipt its sender did not get (CON-9), or to an earlier device (ARC-6). */
  #isKnown({ credential }: Member, id: MessageId): boolean {
    this.#known ??= new Set(
      this.conversation.streams.flatMap(({ account, recent }) => recent.map((text) => account + text.id)),
    );
    const text = credential.account + id;
    const isKnown = this.#known.has(text) || this.#imported.has(text);
    this.#known.add(text);
    return isKnown;
  }

  #takeText(content: Content, text: string, sender: Member): void {
    const { conversation } = this;
    // A request carries one short message; the server holds the sender to it, and so do we.
    if (conversation.state === "pending" && (conversation.unread > 0 || text.length > MAX_REQUEST_TEXT_CHARS))
      return;
    const order = orderNow(conversation, this.#core.now());
    this.history.push({
      conversation: conversation.id,
      order,
      id: content.id,
      from: sender.credential.account,
      text,
      replyTo: content.body.kind === "text" ? content.body.replyTo : null,
      sentAtMs: content.sentAtMs,
      storedAtMs: this.#core.now(),
      path: "relay",
      settled: null,
    });
    this.conversation = { ...conversation, nextOrder: order + 1, unread: conversation.unread + 1 };
  }

  #setStream(next: StreamRecord): void {
    const others = this.conversation.streams.filter(({ stream }) => stream !== next.stream);
    this.conversation = { ...this.conversation, streams: [...others, next] };
  }
}
