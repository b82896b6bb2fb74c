/** Being added to a group: a contact request, the answer to a crossing one, or a new group for a conversation that exists (CON-4, CON-7). */
import type { JoinResult } from "@sotto/crypto";
import type { AccountId, DepartedEntry, DeviceList, GroupId, WelcomeEntry } from "@sotto/protocol";
import { pairConversationId } from "./chain.ts";
import { emitAbout, emitContact, incomingContact, isTaken, settleCreation } from "./contacts.ts";
import { contactOf, enterGroup, forgetPosts, requeueOutbox } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { TryLater, commit, emit } from "./core.ts";
import { tellPresence } from "./connection.ts";
import { enqueueCommit } from "./commits.ts";
import { departedFromGroup } from "./group/duties.ts";
import { receiveGroupWelcome } from "./group/enter.ts";
import { loadGroup } from "./groups.ts";
import { joinByWelcome, leaveWelcomed, storeJoined, takeInHand } from "./joining.ts";
import { enqueueLeave, leaveAgain, loseGroup } from "./leaving.ts";
import { hasRevoked, imitatedContact, isRekeyed, listedDevice, lookupPeer } from "./peers.ts";
import type { ContactRecord } from "./records/contact.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import { enqueueRepair } from "./repair.ts";
import { Transaction } from "./transaction.ts";

/** A Welcome that has been opened and checked: a pair with `list`'s account. */
interface OpenedWelcome {
  readonly kind: "opened";
  readonly joined: JoinResult;
  readonly list: DeviceList;
  readonly hash: Uint8Array;
}

/** unsound: no pair with this device · unproved: not from the account that it names, by that account's list. */
type WelcomeOutcome =
  | OpenedWelcome
  | { readonly kind: "unsound" }
  | { readonly kind: "unproved"; readonly claimed: AccountId };

const UNSOUND: WelcomeOutcome = { kind: "unsound" };

/** Takes in one Welcome. What is not a sound pair with a known account is left at once; what comes in a contact's name and is not theirs is shown. */
export function* receiveWelcome(core: Core, entry: WelcomeEntry): Step<void> {
  const transaction = new Transaction().cursor(entry.sequence);
  if (entry.kind !== "pair") return yield* receiveGroupWelcome(core, transaction, entry);
  if (core.state.left.has(entry.group)) return yield* leaveAgain(core, transaction, entry.group);
  if (core.state.conversationOfGroup.has(entry.group)) {
    yield* commit(core, transaction);
    return;
  }
  const opened = yield* openWelcome(core, entry);
  if (opened.kind !== "opened") {
    yield* leaveWelcomed(core, transaction, entry);
    if (opened.kind === "unproved") emitAbout(core, opened.claimed, "keysRefused");
    return;
  }
  const contact = core.state.contacts.get(opened.list.account);
  const imitated = imitatedContact(core.state.contacts.values(), opened.list);
  if (contact?.state !== "blocked" && imitated !== undefined) {
    // The contact stays who they are; nothing is sent to them until the user has decided (CON-3).
    yield* leaveWelcomed(core, transaction.contact({ ...imitated, keysChanged: true }), entry);
    emitAbout(core, imitated.account, "keysChanged");
    return;
  }
  if (contact?.state === "blocked" || !(yield* winsCrossing(core, entry.group, contact)))
    return yield* leaveWelcomed(core, transaction, entry);
  // The creation of a crossing request may have been settled in between: look again.
  yield* enterWelcomed(core, transaction, entry, opened, core.state.contacts.get(opened.list.account));
}

function* openWelcome(core: Core, entry: WelcomeEntry): Step<WelcomeOutcome> {
  const inHand = entry.kind === "pair" ? yield* takeInHand(core, entry) : undefined;
  const joining = inHand && (yield* joinByWelcome(core, entry, inHand));
  if (joining === undefined) return UNSOUND;
  const { joined, hash } = joining;
  const { adder, group } = joined;
  const peer = adder.credential.account;
  const { account } = core.state.identity;
  // MLS-24: a pair has no app data.
  const carried = core.state.conversations.get(entry.conversation);
  const isPair =
    peer !== account &&
    group.appData === null &&
    (carried === undefined || carried.facts === null) &&
    group.members.every(({ credential }) => credential.account === peer || credential.account === account);
  if (!isPair || entry.conversation !== pairConversationId(core.sha256, account, peer)) return UNSOUND;
  const found = yield* lookupPeer({ kind: "accountById", account: peer });
  if (found.kind === "unknown") return UNSOUND;
  if (found.kind !== "found" || !isListed(group.members, found.list))
    return { kind: "unproved", claimed: peer };
  return { kind: "opened", joined, list: found.list, hash };
}

/** Every device of the other account in the group is in its signed list. */
function isListed(members: JoinResult["group"]["members"], list: DeviceList): boolean {
  return members
    .filter(({ credential }) => credential.account === list.account)
    .every((member) => listedDevice(list, member) !== undefined);
}

/**
 * Whether the group replaces the one that carries the conversation now. Of two requests that crossed, the lower group id wins; the other side
 * judges alike, because a request of ours that may not have reached the server is settled first.
 */
function* winsCrossing(core: Core, group: GroupId, contact: ContactRecord | undefined): Step<boolean> {
  if (contact?.state !== "outgoing") return true;
  const id = pairConversationId(core.sha256, core.state.identity.account, contact.account);
  const own = core.state.conversations.get(id)?.group;
  if (own === undefined || own === null) return true;
  yield* settleCreation(core, own);
  const pending = core.state.pending.get(own);
  if (pending !== undefined && !isTaken(core, pending)) throw new TryLater();
  const settled = core.state.conversations.get(id)?.group;
  return settled !== own || group < own;
}

function* enterWelcomed(
  core: Core,
  transaction: Transaction,
  entry: WelcomeEntry,
  opened: OpenedWelcome,
  before: ContactRecord | undefined,
): Step<void> {
  const { joined, list, hash } = opened;
  const conversation = core.state.conversations.get(entry.conversation);
  const keysChanged = isRekeyed(core.state.contacts.values(), list);
  const contact = incomingContact(list, before, keysChanged);
  const acceptedGroup = entry.index > 1;
  const state: ConversationRecord["state"] =
    acceptedGroup && contact.state === "accepted" ? "active" : "pending";
  const entered = enterGroup(core, entry.conversation, { peer: list.account, facts: null }, state, {
    group: entry.group,
    index: entry.index,
    hash,
    handshake: entry.handshakeHash,
  });
  transaction.contact(contact);
  leaveOldGroup(core, transaction, conversation);
  requeueOutbox(core, transaction, entry.conversation);
  // A request's text is the only unread thing of a conversation that is not accepted.
  transaction.conversation({
    ...entered,
    unread: state === "pending" && contact.state === "incoming" ? 0 : entered.unread,
  });
  storeJoined(core, transaction, joined);
  yield* commit(core, transaction);
  forgetPosts(core, entry.conversation);
  if (conversation === undefined)
    emit(core, { type: "conversation", conversation: entry.conversation, change: "created" });
  if (keysChanged)
    emit(core, { type: "conversation", conversation: entry.conversation, change: "keysChanged" });
  emitContact(core, contact.account, contact.userName, contact.state);
  emit(core, { type: "vaultDue" });
  // The server tells of presence as soon as the Welcome is in the mailbox.
  if (core.live.seen.has(entry.group)) tellPresence(core, entry.group);
  for (const group of core.state.leaving) enqueueLeave(core, group);
  // Who asked for this contact, or has it already, has nothing more to decide.
  const wanted = before?.state === "outgoing" || contact.state === "accepted";
  if (state === "pending" && wanted && !keysChanged) enqueueCommit(core, entry.conversation, "accept");
}

function leaveOldGroup(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord | undefined,
): void {
  if (conversation === undefined || conversation.group === null) return;
  transaction.dropGroup(conversation.group, core.state).leaving(conversation.group);
}

/** A mailbox has left: the contact has gone, and the pair is over, or has only revoked a device. */
export function* receiveDeparted(core: Core, entry: DepartedEntry): Step<void> {
  const transaction = new Transaction().cursor(entry.sequence);
  const id = core.state.conversationOfGroup.get(entry.group);
  const conversation = id && core.state.conversations.get(id);
  const contact = conversation && contactOf(core.state, conversation);
  if (conversation?.facts) return yield* departedFromGroup(core, transaction, conversation, entry);
  if (conversation === undefined || contact === undefined) {
    yield* commit(core, transaction);
    return;
  }
  const { members } = yield* loadGroup(core, entry.group);
  if (!members.some(({ credential }) => credential.mailbox === entry.mailbox)) {
    // Whoever was on the delivery list, no member has gone.
    yield* commit(core, transaction);
    return;
  }
  if (contact.state === "accepted" && (yield* hasRevoked(contact.account, entry.mailbox))) {
    yield* commit(core, transaction);
    enqueueRepair(core, contact.account);
    return;
  }
  yield* loseGroup(core, conversation.id, transaction);
}
