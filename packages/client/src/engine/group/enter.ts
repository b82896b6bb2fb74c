/** Being put into a group (GRP-5). Only contacts can; what else comes is left at once. */
import type { JoinResult, Member } from "@sotto/crypto";
import type { AccountId, ConversationId, WelcomeEntry } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import { pairConversationId } from "../chain.ts";
import { emitAbout } from "../contacts.ts";
import { enterGroup, forgetPosts, requeueUnsent } from "../conversations.ts";
import type { Core, Step } from "../core.ts";
import { commit, emit, mls } from "../core.ts";
import { joinByWelcome, leaveWelcomed, storeJoined, takeInHand } from "../joining.ts";
import { leaveAgain } from "../leaving.ts";
import { isOfAccount, listedDevice, lookupPeer } from "../peers.ts";
import { enqueueDispatch } from "../posts.ts";
import type { JoinSecretInfo } from "../joinerInfo.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import { newRoom } from "../room/room.ts";
import { exportJoinSecret } from "../room/secret.ts";
import { reopened } from "../streams.ts";
import type { Transaction } from "../transaction.ts";
import { mayReplace } from "./anew.ts";
import { pskNamed, isSameKeyId } from "./keys.ts";
import { differences, showLines, withLines } from "./lines.ts";
import { scheduleListCheck } from "./list.ts";
import { enqueuePeople } from "./people.ts";
import type { Standing } from "./policy.ts";
import { factsOf, hasKey, standingOf } from "./standing.ts";
import { forgetUndecided, stepOffAgain } from "./undecided.ts";
import { waitForKey } from "./waiting.ts";
import { isLeaving } from "./wishState.ts";

/** A Welcome that may be taken: the group as it stands, and who has added this device. */
interface SoundWelcome {
  readonly joined: JoinResult;
  readonly hash: Uint8Array;
  readonly standing: Standing;
  /** Of a room. */
  readonly room?: JoinSecretInfo;
}

/** `accused`: somebody in whose name keys were shown that are not theirs. `needs`: it cannot be opened before a key of that name is here (PSK-5). */
type Judged =
  | SoundWelcome
  | { readonly accused: AccountId | null }
  | { readonly needs: Uint8Array; readonly welcome: Uint8Array };

export function* receiveGroupWelcome(core: Core, transaction: Transaction, entry: WelcomeEntry): Step<void> {
  const { state } = core;
  const before = state.conversations.get(entry.conversation);
  const carried = state.conversationOfGroup.get(entry.group);
  const isOld = entry.index <= (state.conversations.get(carried ?? entry.conversation)?.headIndex ?? 0);
  if (carried !== undefined && (isOld || isLeaving(state, carried))) {
    // A repetition, or the user has left meanwhile.
    yield* commit(core, transaction);
    return;
  }
  if (!isNewTo(core, entry, before)) return yield* refuse(core, transaction, entry);
  const judged = yield* judge(core, entry, before);
  if ("needs" in judged) {
    if (!(yield* waitForKey(core, transaction, entry, judged.needs, judged.welcome)))
      yield* refuse(core, transaction, entry);
    return;
  }
  if ("accused" in judged) {
    yield* refuse(core, transaction, entry);
    if (judged.accused !== null) emitAbout(core, judged.accused, "keysRefused");
    return;
  }
  yield* enterWelcomed(core, transaction, entry, judged, before);
}

/** Leaves the group; but not one that carries a conversation here, or whoever can send a Welcome could put this device out of it. */
function* refuse(core: Core, transaction: Transaction, entry: WelcomeEntry): Step<void> {
  const { left, conversationOfGroup } = core.state;
  const carried = conversationOfGroup.get(entry.group);
  if (left.has(entry.group)) yield* leaveAgain(core, transaction, entry.group);
  else if (carried !== undefined) yield* stepOffAgain(core, transaction, carried);
  else yield* leaveWelcomed(core, transaction, entry);
}

/**
 * Whether the Welcome can lead on from what this device knows: into a conversation of which it knows nothing, or into one whose group it was or
 * is in, at a later place of that group's order. A Welcome that was taken or left before leads nowhere.
 */
function isNewTo(
  core: Core,
  { group, index, conversation }: WelcomeEntry,
  before: ConversationRecord | undefined,
): boolean {
  const { state } = core;
  if (before === undefined) return !state.conversationOfGroup.has(group) && !isIdOfPair(core, conversation);
  if (before.facts === null) return false;
  if (before.group !== null)
    return index > before.headIndex && state.conversationOfGroup.get(group) === conversation;
  // One commit may put a device out and in anew (GRP-8): its Welcome has the place by which the device went.
  return index >= before.headIndex && index > before.joinedIndex && state.left.has(group);
}

/** Whoever chooses a group's id could choose that of a pair (CON-1), whose history would then begin with what the group said. */
export function isIdOfPair({ sha256, state }: Core, id: ConversationId): boolean {
  const { account } = state.identity;
  return [...state.contacts.keys()].some((other) => pairConversationId(sha256, account, other) === id);
}

function* judge(core: Core, entry: WelcomeEntry, before: ConversationRecord | undefined): Step<Judged> {
  const inHand = yield* takeInHand(core, entry);
  const named = inHand && (yield* mls({ op: "welcomePsks", ...inHand }));
  if (inHand === undefined || named?.ok !== true || named.output.length > 1) return { accused: null };
  const [keyId = null] = named.output;
  // Of a group that was entered before, no Welcome takes the key away, and none brings another.
  if (before?.facts && !isSameKeyId(keyId, before.facts.charter.keyId)) return { accused: null };
  const psks = keyId === null ? [] : [pskNamed(core, entry.conversation, keyId)];
  if (keyId !== null && psks.some(({ secret }) => secret === null))
    return before === undefined ? { needs: keyId, welcome: inHand.welcome } : { accused: null };
  const joining = yield* joinByWelcome(core, entry, inHand, psks);
  const standing = joining && standingOf(joining.joined.group);
  // A key that the members have agreed on, and that the Welcome does without, would leave this device in an epoch of public keys alone.
  if (joining === undefined || standing?.charter.room !== (entry.kind === "room")) return { accused: null };
  if (!isSameKeyId(standing.charter.keyId, keyId)) return { accused: null };
  const { adder, group } = joining.joined;
  const { account } = adder.credential;
  const contact = core.state.contacts.get(account);
  // Whoever is in the group with this device may be nobody's contact.
  const isKnown = contact?.state === "accepted" || (before?.group && contact?.state === "known");
  if (contact === undefined || !isKnown || contact.keysChanged) return { accused: null };
  if (before?.group && !mayReplace(core, before, account, standing)) return { accused: null };
  const accused = imitated(core, group.members);
  if (accused !== undefined) return { accused };
  const isOwn = ({ credential }: Member): boolean => credential.account === core.state.identity.account;
  if (!group.members.filter(isOwn).every((own) => hasKey(own, core.state.identity.credential.accountKey)))
    return { accused: null };
  const found = yield* lookupPeer({ kind: "accountById", account });
  if (found.kind === "unknown") return { accused: null };
  const isListed =
    found.kind === "found" && isOfAccount(found.list, adder) && listedDevice(found.list, adder);
  return isListed ? { ...joining, standing } : { accused: account };
}

/** Somebody whose key is known here, in whose name there is a device under another one. */
export function imitated({ state }: Core, members: readonly Member[]): AccountId | undefined {
  for (const { credential } of members) {
    const pinned = state.contacts.get(credential.account);
    if (pinned === undefined || pinned.state === "removed") continue;
    if (!bytesEqual(pinned.accountKey, credential.accountKey)) return credential.account;
  }
  return undefined;
}

function* enterWelcomed(
  core: Core,
  transaction: Transaction,
  entry: WelcomeEntry,
  { joined, hash, standing, room }: SoundWelcome,
  before: ConversationRecord | undefined,
): Step<void> {
  const { conversation: id, group, index, handshakeHash: handshake } = entry;
  if (before?.group) transaction.dropGroup(before.group, core.state);
  storeJoined(core, transaction, joined);
  transaction.entered(group);
  if (room !== undefined) {
    const secret = room.secret ?? (yield* exportJoinSecret(joined.group));
    transaction.room(newRoom(group, id, { k: room.k, secret }));
  }
  requeueUnsent(core, transaction, id);
  const facts = factsOf(standing, null);
  const entered = enterGroup(core, id, { peer: null, facts }, "active", { group, index, hash, handshake });
  const { account } = core.state.identity;
  const wasThere = before !== undefined && before.state !== "ended";
  const from = joined.adder.credential.account;
  const event = { kind: "added", accounts: [account] } as const;
  // Whoever was out has no claim to what was said meanwhile.
  const streams = wasThere ? entered.streams : reopened(entered.streams);
  // Who was put in anew should have had what came since it first came in.
  const enteredIndex = wasThere ? before.enteredIndex : index;
  const here = { ...entered, streams, enteredIndex };
  const lines =
    wasThere && before.facts !== null ? differences(before.facts, facts, from) : [{ from, event }];
  const lined = withLines(core, transaction, here, lines);
  forgetUndecided(core, transaction, id);
  yield* commit(core, transaction.conversation(lined.conversation));
  forgetPosts(core, id);
  emit(core, { type: "conversation", conversation: id, change: wasThere ? "members" : "created" });
  showLines(core, lined.records);
  enqueuePeople(core);
  scheduleListCheck(core, id);
  enqueueDispatch(core, id);
}
