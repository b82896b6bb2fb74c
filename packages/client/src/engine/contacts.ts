/** Commands about contacts (CON-1 to CON-6): request, accept, decline, remove, block. */
import { padContent } from "@sotto/crypto";
import type { AccountId, ConversationId, DeviceList, GroupId, MessageId, Refusal } from "@sotto/protocol";
import { MAX_REQUEST_TEXT_CHARS, USER_NAME_PATTERN, bytesEqual } from "@sotto/protocol";
import { currentBinding } from "./bases.ts";
import { pairConversationId } from "./chain.ts";
import type { Command, CommandProblem, CommandResult, ContactState } from "./contract.ts";
import {
  commitEnd,
  enterGroup,
  forgetPosts,
  historyOf,
  messageOf,
  outboxOf,
  requeueOutbox,
} from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { TryLater, commit, emit, mlsOrThrow, newMessageId, setTimer } from "./core.ts";
import { commitUpdate } from "./commits.ts";
import { claimDevices } from "./claims.ts";
import { creationOf, foundGroup } from "./founding.ts";
import { considerWishes } from "./group/wishState.ts";
import { enqueueLeave, settleLeaving } from "./leaving.ts";
import { orderNow } from "./order.ts";
import { isRekeyed, lookupPeer, pinOf } from "./peers.ts";
import { enqueueDispatch, numberContents } from "./posts.ts";
import type { ContactRecord } from "./records/contact.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { OutboxRecord } from "./records/outbox.ts";
import type { PendingCommit } from "./records/pending.ts";
import { isForeignStore } from "./serverStore.ts";
import { submitFrame } from "./submit.ts";
import { Transaction } from "./transaction.ts";

const CREATION_RETRY_MS = 5000;

/** What a request says. */
interface FirstMessage {
  readonly text: string;
  readonly id: MessageId;
}

const refuse = (problem: CommandProblem, detail?: string): CommandResult => ({
  ok: false,
  problem,
  ...(detail !== undefined && { detail }),
});

/** Asks somebody to be a contact, with an optional first message. */
export function* addContact(
  core: Core,
  { userName, text, message }: Extract<Command, { kind: "addContact" }>,
): Step<CommandResult> {
  if (!USER_NAME_PATTERN.test(userName)) return refuse("badUserName");
  if (userName === core.state.identity.userName) return refuse("self");
  if (text !== null && text.length > MAX_REQUEST_TEXT_CHARS)
    return refuse("textTooLong", String(text.length));
  const known = [...core.state.contacts.values()].find(
    (contact) => contact.userName === userName && contact.state !== "known",
  );
  if (known?.state === "accepted") return refuse("alreadyContact");
  if (known?.state === "blocked") return refuse("blocked");
  if (known?.state === "incoming") return yield* acceptContact(core, known.account);
  if (known?.state === "outgoing")
    return text === null ? succeed(core, known.account) : refuse("alreadyContact");
  const found = yield* lookupPeer({ kind: "accountByName", userName });
  if (found.kind !== "found") return refuse(found.kind === "unknown" ? "userUnknown" : "keysRefused");
  if (found.list.account === core.state.identity.account) return refuse("self");
  // A fellow member of a group, under another key than there.
  const fellow = core.state.contacts.get(found.list.account);
  if (fellow?.state === "known" && !bytesEqual(fellow.accountKey, found.list.accountKey))
    return refuse("keysRefused");
  return yield* openPair(
    core,
    found.list,
    text === null ? undefined : { text, id: message ?? newMessageId(core) },
  );
}

/** Creates the pair's group with the other account's devices, stores it, and brings it to the server. */
function* openPair(core: Core, list: DeviceList, message: FirstMessage | undefined): Step<CommandResult> {
  // Somebody who was a contact before: another key than the one pinned then is taken, because the user asks anew, and shown (CON-3).
  const rekeyed = isRekeyed(core.state.contacts.values(), list);
  const id = pairConversationId(core.sha256, core.state.identity.account, list.account);
  const before = core.state.conversations.get(id);
  // Somebody has opened a group under the id of this pair: what was said there is not this contact's.
  if (before !== undefined && before.facts !== null) return refuse("notAllowed");
  const { devices, forged } = yield* claimDevices(list);
  if (forged) return refuse("keysRefused");
  if (devices.length === 0) return refuse("noKeyPackage");
  const founding = yield* foundGroup(core, id, "pair", devices);
  if (founding === undefined) return refuse("noKeyPackage");
  const { group, entry } = founding;
  const transaction = founding.transaction.contact({ ...pinOf(list), state: "outgoing", keysChanged: false });
  requeueOutbox(core, transaction, id);
  const opened = enterGroup(core, id, { peer: list.account, facts: null }, "pending", entry);
  const first = message && composeFirst(core, opened, message);
  const conversation = first?.conversation ?? opened;
  let firstMessage: Uint8Array | null = null;
  if (first !== undefined) {
    const encrypted = yield* mlsOrThrow({
      op: "encrypt",
      group,
      messages: [
        {
          plaintext: padContent(first.record.content as Uint8Array),
          authenticatedData: currentBinding(conversation),
        },
      ],
    });
    firstMessage = encrypted.ciphertexts[0] as Uint8Array;
    transaction.group(encrypted.group, encrypted.delta).outbox({ ...first.record, ciphertext: firstMessage });
    transaction.history(historyOf(core, first.record, null));
  }
  const pending = creationOf(core, founding, firstMessage);
  yield* commit(core, transaction.conversation(conversation).pending(pending));
  forgetPosts(core, id);
  emitContact(core, list.account, list.userName, "outgoing");
  emit(core, { type: "conversation", conversation: id, change: "created" });
  if (rekeyed) emit(core, { type: "conversation", conversation: id, change: "keysChanged" });
  if (first !== undefined)
    emit(core, { type: "message", message: messageOf(core.state, historyOf(core, first.record, null)) });
  emit(core, { type: "vaultDue" });
  const problem = yield* settleCreation(core, entry.group);
  return problem === undefined ? succeed(core, list.account, first?.record.id) : refuse(problem);
}

function composeFirst(
  core: Core,
  opened: ConversationRecord,
  { text, id }: FirstMessage,
): { conversation: ConversationRecord; record: OutboxRecord } {
  const record: OutboxRecord = {
    conversation: opened.id,
    order: orderNow(opened, core.now()),
    id,
    text,
    files: [],
    replyTo: null,
    composedAtMs: core.now(),
    stage: "encrypted",
    counter: 0,
    content: null,
    ciphertext: null,
    index: opened.headIndex,
    path: "relay",
  };
  const numbered = numberContents(core, { ...opened, nextOrder: record.order + 1 }, [record]);
  return { conversation: numbered.conversation, record: numbered.records[0] as OutboxRecord };
}

/**
 * Brings a stored creation to the server. `undefined`: it is there, or will be brought when the server can be reached again; otherwise the
 * request has been taken back.
 */
export function* settleCreation(core: Core, group: GroupId): Step<CommandProblem | undefined> {
  const pending = core.state.pending.get(group);
  if (pending?.reason !== "create" || isTaken(core, pending)) return undefined;
  const answer = yield* openOrLater(core, pending.frame);
  if (answer === "later") return undefined;
  const id = core.state.conversationOfGroup.get(group);
  const conversation = id && core.state.conversations.get(id);
  if (conversation === undefined) return undefined;
  if (answer === undefined) {
    // A pair's creation is kept until it is answered; in a group others go on at once.
    const transaction =
      conversation.facts === null
        ? new Transaction().pending({ ...pending, takenBy: core.live.serverStore })
        : new Transaction().dropPending(group);
    const sent = outboxOf(core.state, conversation.id).filter(
      ({ stage, index }) => stage === "encrypted" && index === 1,
    );
    for (const record of sent) transaction.outbox({ ...record, stage: "sent", ciphertext: null });
    yield* commit(core, transaction);
    if (conversation.facts !== null) considerWishes(core);
    for (const record of sent)
      emit(core, { type: "state", conversation: conversation.id, id: record.id, state: "sent" });
    return undefined;
  }
  const transaction = new Transaction();
  if (conversation.peer !== null) transaction.dropContact(conversation.peer);
  if (conversation.facts !== null)
    emit(core, { type: "conversation", conversation: conversation.id, change: "wishFailed" });
  yield* commitEnd(core, transaction, conversation);
  return creationProblem(answer, conversation);
}

function creationProblem({ code }: Refusal, { facts }: ConversationRecord): CommandProblem {
  if (code === "tooManyRequests") return code;
  // A group begins with contacts: by the server's word one of them is none (RLY-23).
  return facts !== null && code === "forbidden" ? "notContact" : "refused";
}

/** The server, as far as it is known, has the creation. */
export function isTaken({ live }: Core, { takenBy }: PendingCommit): boolean {
  return takenBy !== null && (live.serverStore === null || takenBy === live.serverStore);
}

/** Brings a creation to the server that could not be brought when it was made, or that the server has lost. */
export function enqueueCreation(core: Core, group: GroupId): void {
  core.enqueue({
    key: `create/${group}`,
    run: function* () {
      yield* settleCreation(core, group);
    },
  });
}

/** Opens a group after what is still to be left; what that is at a restored server, restored.ts says first (CON-11, NET-3). */
function* openOrLater(core: Core, frame: Uint8Array): Step<Refusal | undefined | "later"> {
  try {
    if (isForeignStore(core)) throw new TryLater();
    yield* settleLeaving(core);
    return yield* submitFrame(core, frame);
  } catch (failure) {
    if (!(failure instanceof TryLater)) throw failure;
    setTimer(core, "retry", CREATION_RETRY_MS);
    return "later";
  }
}

/**
 * Accepts a request: the first commit of its recipient, which also renews the keys. Of a contact whose keys are said to have changed: goes on
 * with the key that is pinned.
 */
export function* acceptContact(core: Core, account: AccountId): Step<CommandResult> {
  const contact = core.state.contacts.get(account);
  const isFellow = contact?.state === "outgoing" || contact?.state === "known";
  const isKnown = contact?.state === "accepted" || (isFellow && contact.keysChanged);
  if (contact === undefined || (contact.state !== "incoming" && !isKnown)) return refuse("noRequest");
  const id = pairConversationId(core.sha256, core.state.identity.account, account);
  if (contact.keysChanged) {
    yield* commit(core, new Transaction().contact({ ...contact, keysChanged: false }));
    emit(core, { type: "conversation", conversation: id, change: "keysKept" });
    for (const conversation of core.state.conversations.keys()) enqueueDispatch(core, conversation);
  }
  if (!isKnown) yield* commitUpdate(core, id, "accept");
  return succeed(core, account);
}

/** Takes this device out of the pair and remembers the contact as `state`, or not at all. */
export function* partFrom(
  core: Core,
  account: AccountId,
  state: "declined" | "removed" | "blocked",
): Step<CommandResult> {
  const contact = core.state.contacts.get(account);
  if (contact === undefined || (state === "declined" && contact.state !== "incoming")) {
    return refuse(state === "declined" ? "noRequest" : "notContact");
  }
  const id = pairConversationId(core.sha256, core.state.identity.account, account);
  const conversation = core.state.conversations.get(id);
  const transaction = new Transaction().contact({
    ...contact,
    state: state === "blocked" ? "blocked" : "removed",
  });
  if (conversation === undefined || conversation.group === null) yield* commit(core, transaction);
  else {
    const { group } = conversation;
    yield* commitEnd(core, transaction.leaving(group), conversation);
    enqueueLeave(core, group);
  }
  emitContact(core, account, contact.userName, state === "blocked" ? "blocked" : "removed");
  emit(core, { type: "vaultDue" });
  return succeed(core, account);
}

export function emitContact(core: Core, account: AccountId, userName: string, state: ContactState): void {
  emit(core, { type: "contact", account, userName, state });
}

/** Tells the user of somebody with whom there is a conversation. */
export function emitAbout(core: Core, account: AccountId, change: "keysChanged" | "keysRefused"): void {
  const conversation = pairConversationId(core.sha256, core.state.identity.account, account);
  if (core.state.conversations.has(conversation)) emit(core, { type: "conversation", conversation, change });
}

/** A contact record for an account that asks to be one. */
export function incomingContact(
  list: DeviceList,
  before: ContactRecord | undefined,
  keysChanged: boolean,
): ContactRecord {
  return {
    ...pinOf(list),
    state: before?.state === "accepted" && !keysChanged ? "accepted" : "incoming",
    keysChanged,
  };
}

function succeed(core: Core, account: AccountId, message?: MessageId): CommandResult {
  const conversation: ConversationId = pairConversationId(core.sha256, core.state.identity.account, account);
  return { ok: true, account, conversation, ...(message !== undefined && { message }) };
}
