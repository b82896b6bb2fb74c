/** Names of the accounts that this device has met: contacts, and members of its groups. */
import type { Contact, Conversation, StoredMessage } from "sotto";
import type { Text } from "../text/text.ts";

type AccountId = StoredMessage["from"];

export interface People {
  readonly own: AccountId;
  /** By account, the own among them; a name that is not known yet is not there. */
  readonly names: ReadonlyMap<AccountId, string>;
}

const NOBODY = { names: new Map() } as const satisfies Pick<People, "names">;

/** Who has gone from a group keeps the name under which it was known `before`. */
export function peopleOf(
  { account, userName }: { readonly account: AccountId; readonly userName: string },
  contacts: readonly Contact[],
  conversations: readonly Conversation[],
  before: Pick<People, "names"> = NOBODY,
): People {
  const names = new Map(before.names);
  for (const { roster } of conversations)
    for (const member of roster) if (member.userName !== "") names.set(member.account, member.userName);
  for (const contact of contacts) names.set(contact.account, contact.userName);
  names.set(account, userName);
  return { own: account, names };
}

/** The name of an account, or words in its place. */
export function nameOf({ names }: Pick<People, "names">, account: AccountId, t: Text): string {
  return names.get(account) ?? t("shell.somebody");
}
