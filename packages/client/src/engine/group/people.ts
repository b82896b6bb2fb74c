/** Who the members of groups are: accounts that are no contacts are looked up, so that they have names (GRP-9). */
import type { Member } from "@sotto/crypto";
import type { AccountId, ConversationId } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import type { Core, Step } from "../core.ts";
import { commit, emit } from "../core.ts";
import { loadGroup } from "../groups.ts";
import { lookupPeer, pinOf } from "../peers.ts";
import type { ContactRecord } from "../records/contact.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import { Transaction } from "../transaction.ts";
import { devicesOf } from "./standing.ts";

/** Those in whose name a device has come under another key than the one that is pinned here. */
export function keysDiffer({ state }: Core, added: readonly Member[]): readonly ContactRecord[] {
  const pinned = added.flatMap(({ credential: { account, accountKey } }) => {
    const contact = state.contacts.get(account);
    if (contact === undefined || contact.state === "removed") return [];
    return bytesEqual(contact.accountKey, accountKey) ? [] : [contact];
  });
  return [...new Set(pinned)];
}

/** Nothing is sent to them until the user has decided (CON-3). */
export function noteKeys(transaction: Transaction, contacts: readonly ContactRecord[]): void {
  for (const contact of contacts) transaction.contact({ ...contact, keysChanged: true });
}

/** Looks up the members of all groups who have no name yet, when the server can be asked. */
export function enqueuePeople(core: Core): void {
  if (core.live.phase !== "online") return;
  for (const conversation of core.state.conversations.values())
    if (conversation.state === "active" && nameless(core, conversation).length > 0)
      core.enqueue({ key: `people/${conversation.id}`, run: () => nameMembers(core, conversation.id) });
}

function nameless({ state }: Core, { facts }: ConversationRecord): readonly AccountId[] {
  return (facts?.members ?? []).filter(
    (account) => account !== state.identity.account && !state.contacts.has(account),
  );
}

function* nameMembers(core: Core, id: ConversationId): Step<void> {
  const conversation = core.state.conversations.get(id);
  if (conversation?.state !== "active" || conversation.group === null) return;
  const { members } = yield* loadGroup(core, conversation.group);
  const transaction = new Transaction();
  let [named, refused] = [false, false];
  for (const account of nameless(core, conversation)) {
    if (core.live.unnamed.has(account)) continue;
    const found = yield* lookupPeer({ kind: "accountById", account });
    if (found.kind === "unknown") continue;
    const isTheirs =
      found.kind === "found" &&
      devicesOf(members, account).every(({ credential }) =>
        bytesEqual(credential.accountKey, found.list.accountKey),
      );
    if (isTheirs) transaction.contact({ ...pinOf(found.list), state: "known", keysChanged: false });
    else core.live.unnamed.add(account);
    named ||= isTheirs;
    refused ||= !isTheirs;
  }
  if (named) {
    yield* commit(core, transaction);
    emit(core, { type: "conversation", conversation: id, change: "members" });
  }
  if (refused) emit(core, { type: "conversation", conversation: id, change: "keysRefused" });
}
