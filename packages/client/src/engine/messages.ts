/** Receiving application messages: decrypt, judge, store with the cursor in one transaction, then acknowledge and show. */
import type { Decrypted, Member, MessageFailure } from "@sotto/crypto";
import { unpadContent } from "@sotto/crypto";
import type {
  Content,
  ConversationId,
  GroupId,
  MessageBody,
  MessageBinding,
  MessageEntry,
  MessageId,
  ReceiptBody,
  SignalBody,
} from "@sotto/protocol";
import {
  MAX_REQUEST_TEXT_CHARS,
  bytesEqual,
  decodeContent,
  decodeMessageBinding,
  isCounted,
  isMessageBody,
} from "@sotto/protocol";
import { contentHash, isStreamOf } from "./chain.ts";
import type { ClientEvent, ConversationChange } from "./contract.ts";
import { isStopped, messageOf } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit, mlsOrThrow } from "./core.ts";
import { notePeersAttention, onSignal } from "./direct/calls.ts";
import { onConfirmed } from "./direct/carry.ts";
import { tellWords } from "./fileReceipts.ts";
import { hasReceipts } from "./group/watermarks.ts";
import { loadGroup } from "./groups.ts";
import { storedAmong } from "./imports.ts";
import { leaveAgain } from "./leaving.ts";
import { orderNow } from "./order.ts";
import { enqueueDispatch } from "./posts.ts";
import type { ToldKey } from "./profiles.ts";
import { takeProfileKeys } from "./profiles.ts";
import { applyReceipts, enqueueReceipt } from "./receipts.ts";
import type { ConversationRecord, StreamRecord } from "./records/conversation.ts";
import type { HistoryRecord } from "./records/history.ts";
import type { ToldInvitation } from "./room/invitation.ts";
import { emitChanged, takeInvitations } from "./room/invitation.ts";
import { enqueueRoom } from "./room/tend.ts";
import { judgeArrival, noteStream, skipCounters, withRecent, withStream } from "./streams.ts";
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
  const isLive = last.sequence > core.live.readySequence;
  yield* takeIn(core, transaction, conversation, { path: "relay", isLive, deliveries: entries });
}

/** Takes in what has come over a link of the group. Nothing if the group does not carry the conversation any more. */
export function* receiveDirect(
  core: Core,
  id: ConversationId,
  group: GroupId,
  deliveries: readonly Delivery[],
): Step<void> {
  const conversation = core.state.conversations.get(id);
  if (conversation?.group !== group || isStopped(conversation)) return;
  yield* takeIn(core, new Transaction(), conversation, { path: "direct", isLive: true, deliveries });
}

/** One application message as it has arrived. */
interface Delivery {
  /** Handshake index of its epoch, as whoever delivers it says. */
  readonly index: number;
  readonly ciphertext: Uint8Array;
}

/** Messages that have come by one path. */
interface Arrivals {
  readonly path: "direct" | "relay";
  /** They have just been sent, and not while this device was away. */
  readonly isLive: boolean;
  readonly deliveries: readonly Delivery[];
}

function* takeIn(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  { path, isLive, deliveries }: Arrivals,
): Step<void> {
  const { id } = conversation;
  const group = yield* loadGroup(core, conversation.group as GroupId);
  const decrypted = yield* mlsOrThrow({
    op: "decrypt",
    group,
    ciphertexts: deliveries.map(({ ciphertext }) => ciphertext),
  });
  const imported = yield* importedOf(core, conversation, decrypted.results);
  const intake = new Intake(core, conversation, path, imported);
  for (const [i, delivery] of deliveries.entries()) intake.take(delivery, decrypted.results[i] as Decrypted);
  transaction.group(decrypted.group, decrypted.delta);
  for (const record of intake.history) transaction.history(record);
  const receipted = applyReceipts(
    core,
    transaction,
    intake.conversation,
    intake.receipts.flatMap(({ sender, body }) =>
      body.receipts.map((receipt) => ({ account: sender.credential.account, receipt })),
    ),
  );
  transaction.conversation(receipted.conversation);
  const isInvited = takeInvitations(core, transaction, group, intake.invitations);
  const introduced = takeProfileKeys(core, transaction, receipted.conversation, intake.profileKeys);
  // Connecting does not wait for the disk: it leaves nothing behind that would have to be stored, and what is sent for it is stored after this.
  if (!isStopped(receipted.conversation))
    for (const { sender, body } of intake.signals) onSignal(core, id, sender, body);
  yield* commit(core, transaction);
  for (const record of intake.history)
    emit(core, { type: "message", message: messageOf(core.state, record) });
  for (const event of [...intake.events(), ...receipted.events]) emit(core, event);
  if (isInvited) emitChanged(core, id);
  if (intake.invitations.length > 0) enqueueRoom(core, id);
  for (const account of introduced) emit(core, { type: "profileKey", account });
  if (introduced.length > 0) emit(core, { type: "vaultDue" });
  if (intake.history.length > 0) enqueueReceipt(core, id);
  if (onConfirmed(core, receipted.conversation)) enqueueDispatch(core, id);
  // Groups have no links to call for.
  if (!isLive || conversation.peer === null) return;
  if (intake.heard) core.live.heard.set(id, core.now());
  if (intake.history.length > 0) notePeersAttention(core, id);
  for (const { sender, body } of intake.receipts) tellWords(core, receipted.conversation, sender, body);
}

/** Messages are taken only from groups that carry a conversation that can still receive. */
function conversationOfEntry(core: Core, entry: MessageEntry): ConversationRecord | undefined {
  const id = core.state.conversationOfGroup.get(entry.group);
  const conversation = id && core.state.conversations.get(id);
  return conversation === undefined || isStopped(conversation) ? undefined : conversation;
}

/** Senders and ids of those messages that an archive has brought already. */
function* importedOf(
  core: Core,
  { id }: ConversationRecord,
  results: readonly Decrypted[],
): Step<ReadonlySet<string>> {
  if (!core.state.imported.has(id)) return NONE;
  const texts = results.flatMap((result) => {
    const encoded = result.kind === "failed" ? undefined : unpadContent(result.plaintext);
    const content = encoded && decodeContent(encoded);
    if (result.kind === "failed" || content === undefined || !isMessageBody(content.body)) return [];
    return [{ from: result.sender.credential.account, id: content.id }];
  });
  return yield* storedAmong(id, texts);
}

const NONE: ReadonlySet<string> = new Set();

/** Judges decrypted messages one after the other. */
class Intake {
  conversation: ConversationRecord;
  readonly history: HistoryRecord[] = [];
  readonly receipts: { readonly sender: Member; readonly body: ReceiptBody }[] = [];
  readonly signals: { readonly sender: Member; readonly body: SignalBody }[] = [];
  readonly invitations: ToldInvitation[] = [];
  readonly profileKeys: ToldKey[] = [];
  /** Something of another member could be opened. */
  heard = false;
  readonly #core: Core;
  readonly #path: Arrivals["path"];
  readonly #changes = new Set<ConversationChange>();
  /** Sender and id of the messages that have come lately. */
  #known: Set<string> | undefined;

  /** Senders and ids of messages that are here from an archive. */
  readonly #imported: ReadonlySet<string>;

  constructor(
    core: Core,
    conversation: ConversationRecord,
    path: Arrivals["path"],
    imported: ReadonlySet<string>,
  ) {
    this.#core = core;
    this.#path = path;
    this.conversation = conversation;
    this.#imported = imported;
  }

  take(delivery: Delivery, result: Decrypted): void {
    if (isStopped(this.conversation)) return;
    if (result.kind === "failed") {
      if (!this.#isHarmless(result.reason)) this.#changes.add("unreadable");
      return;
    }
    const binding = decodeMessageBinding(result.authenticatedData);
    const judged = this.#judgeBinding(delivery, binding);
    if (judged === "past") return;
    this.heard = true;
    if (judged !== "ours" || binding === undefined) {
      this.#changes.add("fork");
      // Its sender has signed that another handshake stands where this device has one: what is sent from here on would be lost. In a group one
      // member's word, which may be a lie, does not stop the others.
      if (judged === "another" && this.conversation.facts === null)
        this.conversation = { ...this.conversation, state: "fork" };
      return;
    }
    const encoded = unpadContent(result.plaintext);
    const content = encoded && decodeContent(encoded);
    if (encoded === undefined || content === undefined) this.#changes.add("unreadable");
    else
      this.#takeContent(
        content,
        contentHash(this.#core.sha256, encoded),
        result.sender,
        this.#baseOf(binding),
      );
  }

  events(): readonly ClientEvent[] {
    return [...this.#changes].map((change) => ({
      type: "conversation",
      conversation: this.conversation.id,
      change,
    }));
  }

  /** A replay is what a relay may always do, and what two paths do of themselves; what comes over a link too late comes again. */
  #isHarmless(reason: MessageFailure): boolean {
    return reason === "replayed" || (this.#path === "direct" && (reason === "tooOld" || reason === "future"));
  }

  /**
   * MLS-6: whether the sender's handshake history up to the message's epoch is ours. `misplaced`: the delivery does not tell · `past`: it came over
   * a link, of an epoch that is over.
   */
  #judgeBinding(
    delivery: Delivery,
    binding: MessageBinding | undefined,
  ): "ours" | "another" | "misplaced" | "past" {
    const { headIndex, headHash, pastHash } = this.conversation;
    if (binding === undefined || binding.index !== delivery.index) return "misplaced";
    const expected =
      binding.index === headIndex ? headHash : binding.index === headIndex - 1 ? pastHash : null;
    if (expected === null) return this.#path === "direct" && binding.index < headIndex ? "past" : "misplaced";
    return bytesEqual(binding.headHash, expected) ? "ours" : "another";
  }

  /** MSG-9: the base holds for those who came in after the last content that it counts. Who was there by then should have had that. */
  #baseOf({ base, takenIndex }: MessageBinding): number {
    return takenIndex < this.conversation.enteredIndex ? base : 0;
  }

  #takeContent(content: Content, hash: Uint8Array, sender: Member, base: number): void {
    const { body } = content;
    if (!this.#isOwnStream(content, sender)) {
      this.#changes.add("unreadable");
      return;
    }
    if (isCounted(body)) return this.#takeCounted(content, hash, sender, base);
    if (base > 0) this.#noteStream(content, sender, base);
    if (body.kind === "receipt") this.receipts.push({ sender, body });
    else if (body.kind === "signal") this.signals.push({ sender, body });
    else if (body.kind === "invitation") this.invitations.push({ sender, body });
    else if (body.kind === "profileKey") this.profileKeys.push({ sender, body });
  }

  /** MSG-2: in a group nobody may use the stream of another member, whose messages would count as repetitions. */
  #isOwnStream({ stream }: Content, { credential }: Member): boolean {
    const { id, facts } = this.conversation;
    return facts === null || isStreamOf(this.#core.sha256, stream, id, credential);
  }

  /** MSG-9: a receipt, too, says where its sender's stream begins for this device. */
  #noteStream({ stream }: Content, { credential: { account, device } }: Member, base: number): void {
    const { streams } = this.conversation;
    if (streams.some((record) => record.stream === stream || record.device === device)) return;
    this.#setStream(noteStream({ stream, account, device, base }));
  }

  #takeCounted(content: Content, hash: Uint8Array, sender: Member, base: number): void {
    const { account, device } = sender.credential;
    const { stream, counter, previousHash } = content;
    const known = this.conversation.streams.find((record) => record.stream === stream);
    const judged = judgeArrival(known, { stream, account, device, counter, previousHash, hash, base });
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
    if (!isMessageBody(body)) return this.#setStream(next);
    const again = this.#isKnown(sender, id);
    this.#setStream(withRecent(next, counter, id, hasReceipts(this.conversation)));
    if (!again) this.#takeMessage(content, body, sender);
  }

  /** The message has come in an earlier group, whose receipt its sender did not get (CON-11), or to an earlier device (ARC-6). */
  #isKnown({ credential }: Member, id: MessageId): boolean {
    this.#known ??= new Set(
      this.conversation.streams.flatMap(({ account, recent }) => recent.map((text) => account + text.id)),
    );
    const text = credential.account + id;
    const isKnown = this.#known.has(text) || this.#imported.has(text);
    this.#known.add(text);
    return isKnown;
  }

  #takeMessage(content: Content, body: MessageBody, sender: Member): void {
    const { conversation } = this;
    if (conversation.state === "pending" && (conversation.unread > 0 || !fitsRequest(body))) return;
    const order = orderNow(conversation, this.#core.now());
    this.history.push({
      conversation: conversation.id,
      order,
      id: content.id,
      from: sender.credential.account,
      text: body.text,
      files: body.kind === "file" ? body.files : [],
      event: null,
      replyTo: body.kind === "text" ? body.replyTo : null,
      sentAtMs: content.sentAtMs,
      storedAtMs: this.#core.now(),
      path: this.#path,
      settled: null,
    });
    this.conversation = { ...conversation, nextOrder: order + 1, unread: conversation.unread + 1 };
  }

  #setStream(next: StreamRecord): void {
    this.conversation = { ...this.conversation, streams: withStream(this.conversation.streams, next) };
  }
}

/** A request carries one short text; the server holds the sender to its size, and so do we. */
function fitsRequest(body: MessageBody): boolean {
  return body.kind === "text" && body.text.length <= MAX_REQUEST_TEXT_CHARS;
}
