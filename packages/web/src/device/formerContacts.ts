/** People who are no contacts any more, but whose conversation is still on this device. */
import type { Contact, Conversation } from "sotto";

/** The contacts, then for each ended conversation with messages whose other side is none of them a contact that is `removed`. Mere requests are none. */
export function withFormer(
  contacts: readonly Contact[],
  conversations: readonly Conversation[],
): readonly Contact[] {
  // Addresses go by the name: whoever has it now comes before who had it.
  const taken = new Set(contacts.flatMap(({ account, userName }) => [account as string, userName]));
  const former: Contact[] = [];
  for (const { id, state, accepted, peer, name, lastMessage } of conversations) {
    if (state !== "ended" || !accepted || peer === undefined || lastMessage === undefined) continue;
    if (taken.has(peer) || taken.has(name)) continue;
    taken.add(name);
    former.push({
      account: peer,
      userName: name,
      displayName: "",
      picture: 0,
      state: "removed",
      online: false,
      conversation: id,
      pinned: true,
    });
  }
  return former.length === 0 ? contacts : [...contacts, ...former];
}
