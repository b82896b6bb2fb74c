/**
 * Profile keys (PRO-3, PRO-4): told in every conversation whose others may see the profile, again when somebody comes in or it changes, and replaced when one who
 * knows the key is neither a contact nor a fellow member any more. The profiles themselves are the SDK's.
 */
import type { Member } from "@sotto/crypto";
import type { AccountId, ConversationId, ProfileKeyBody } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import { countBase } from "./bases.ts";
import type { Command, CommandResult } from "./contract.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit } from "./core.ts";
import { canUseRelay } from "./direct/route.ts";
import { hasReceipts } from "./group/watermarks.ts";
import { post } from "./posts.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { OwnProfileKey, ToldProfile } from "./records/profile.ts";
import type { StoredState } from "./state.ts";
import { Transaction } from "./transaction.ts";
import { sealUncounted } from "./uncounted.ts";

/** Part of a job: the profile is at the server, and this opens it. */
export function* setProfileKey(
  core: Core,
  { version, key }: Extract<Command, { kind: "setProfileKey" }>,
): Step<CommandResult> {
  const before = core.state.ownProfile;
  const isSame = before !== null && bytesEqual(before.key, key);
  const since = isSame ? before.since : version;
  const stale = isSame && before.stale;
  yield* commit(core, new Transaction().ownProfile({ version, key, since, stale }));
  emit(core, { type: "vaultDue" });
  enqueueProfiles(core);
  return { ok: true };
}

/** Looks at all conversations: who is to be told, and who should know no more. */
export function enqueueProfiles(core: Core): void {
  const { ownProfile, profileKeys } = core.state;
  if (ownProfile === null && profileKeys.size === 0) return;
  core.enqueue({ key: "profiles", run: () => reviewProfiles(core) });
}

function* reviewProfiles(core: Core): Step<void> {
  const entitled = entitledAccounts(core.state);
  const foreign = [...core.state.profileKeys.keys()].filter((account) => !entitled.has(account));
  if (foreign.length > 0) {
    const transaction = new Transaction();
    for (const account of foreign) transaction.dropProfileKey(account);
    yield* commit(core, transaction);
    for (const account of foreign) emit(core, { type: "profileKey", account });
    emit(core, { type: "vaultDue" });
  }
  if (isProfileKeyStale(core.state)) emit(core, { type: "profileDue" });
  if (core.state.ownProfile === null) return;
  for (const id of core.state.conversations.keys()) enqueueProfileKey(core, id);
}

/** PRO-4: somebody knows the key who should not. */
export function isProfileKeyStale(state: StoredState): boolean {
  const own = state.ownProfile;
  if (own === null || own.stale) return own !== null;
  const told = [...state.profilesTold.values()].filter(({ since }) => since === own.since);
  if (told.length === 0) return false;
  const entitled = entitledAccounts(state);
  return told.some(({ accounts }) => accounts.some((account) => !entitled.has(account)));
}

/** Contacts who have not left, and whoever is in a group with this device. */
function entitledAccounts({ contacts, conversations, identity }: StoredState): ReadonlySet<AccountId> {
  const entitled = new Set<AccountId>([identity.account]);
  const left = new Set<AccountId>();
  for (const { peer, facts, state } of conversations.values()) {
    if (peer !== null && (state === "ended" || state === "pending")) left.add(peer);
    if (facts !== null && state !== "ended") for (const member of facts.members) entitled.add(member);
  }
  for (const { account, state } of contacts.values())
    if (state === "accepted" && !left.has(account)) entitled.add(account);
  return entitled;
}

/** Tells the key in the conversation, if it is due there. */
export function enqueueProfileKey(core: Core, id: ConversationId): void {
  const conversation = core.state.conversations.get(id);
  if (conversation !== undefined && isDue(core.state, conversation))
    core.enqueue({ key: `profileKey/${id}`, run: () => tellProfileKey(core, id) });
}

function isDue(
  { ownProfile: own, profilesTold }: StoredState,
  conversation: ConversationRecord,
): OwnProfileKey | undefined {
  if (own === null || conversation.state !== "active") return undefined;
  const told = profilesTold.get(conversation.id);
  const isNew = told === undefined || told.group !== conversation.group || told.since !== own.since;
  if (isNew || told.version < own.version) return own;
  if (told.baseIndex === conversation.baseIndex) return undefined;
  // In a large group whoever comes in learns the others' when these speak.
  return hasReceipts(conversation) || conversation.lastCounter > told.counter ? own : undefined;
}

function* tellProfileKey(core: Core, id: ConversationId): Step<void> {
  // The answers that are awaited bring the conversation here again.
  if (!(yield* countBase(core, id)) || isUnderWay(core, id)) return;
  const conversation = core.state.conversations.get(id);
  const own = conversation && isDue(core.state, conversation);
  if (conversation === undefined || own === undefined || !canUseRelay(core, conversation)) return;
  const told = toldAnew(core.state, conversation, own);
  const body: ProfileKeyBody = { kind: "profileKey", version: own.version, key: own.key };
  // Who has the key is written down before anybody can have it.
  const transaction = new Transaction().profileTold(id, { ...told, version: 0 });
  const [ciphertext] = yield* sealUncounted(core, conversation, [body], transaction);
  if (!canUseRelay(core, conversation)) return;
  const { headIndex: index } = conversation;
  post(core, conversation, index, ciphertext as Uint8Array, {
    kind: "profileKey",
    conversation: id,
    index,
    told,
  });
}

function isUnderWay({ live }: Core, id: ConversationId): boolean {
  return [...live.inflight.values()].some(
    ({ kind, conversation }) => kind === "profileKey" && conversation === id,
  );
}

function toldAnew(state: StoredState, conversation: ConversationRecord, own: OwnProfileKey): ToldProfile {
  const { id, group, baseIndex, lastCounter: counter, peer, facts } = conversation;
  const before = state.profilesTold.get(id);
  const known = before?.since === own.since ? before.accounts : [];
  const others = facts?.members.filter((member) => member !== state.identity.account) ?? [];
  return {
    group: group as ToldProfile["group"],
    baseIndex,
    version: own.version,
    since: own.since,
    counter,
    accounts: [...new Set([...known, ...others, ...(peer === null ? [] : [peer])])],
  };
}

/** The server has taken it. */
export function settleProfileKey(core: Core, id: ConversationId, told: ToldProfile): void {
  core.enqueue({
    key: `profileTold/${id}/${told.version}/${told.baseIndex}`,
    run: function* () {
      if (core.state.profilesTold.get(id)?.since !== told.since) return;
      yield* commit(core, new Transaction().profileTold(id, told));
      enqueueProfileKey(core, id);
    },
  });
}

/** What a member has told of itself. */
export interface ToldKey {
  readonly sender: Member;
  readonly body: ProfileKeyBody;
}

/** Takes in keys that have come in a conversation; returns whose are news. Who has not been accepted tells nothing. */
export function takeProfileKeys(
  { state }: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  keys: readonly ToldKey[],
): readonly AccountId[] {
  if (keys.length === 0 || conversation.state !== "active") return [];
  const news = new Map<AccountId, ProfileKeyBody>();
  for (const { sender, body } of keys) {
    const { account } = sender.credential;
    const known = news.get(account)?.version ?? state.profileKeys.get(account)?.version ?? 0;
    if (account !== state.identity.account && body.version > known) news.set(account, body);
  }
  for (const [account, { version, key }] of news) transaction.profileKey(account, { version, key });
  return [...news.keys()];
}
