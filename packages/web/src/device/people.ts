/** Names of the accounts that this device has met: contacts, members of its groups, and those who have gone. */
import type { Person, Sotto, StoredMessage } from "sotto";
import type { Text } from "../text/text.ts";

type AccountId = StoredMessage["from"];

export interface People {
  readonly own: AccountId;
  /** By account, the own among them; a name that is not known yet is not there. */
  readonly names: ReadonlyMap<AccountId, string>;
}

/** @param former of conversations that came with an archive: the device itself has not met them */
export function peopleOf(
  { account, userName, people }: Pick<Sotto, "account" | "userName" | "people">,
  former: readonly Person[] = [],
): People {
  const names = new Map([...former, ...people].map((person) => [person.account, person.userName]));
  names.set(account, userName);
  return { own: account, names };
}

/** The name of an account, or words in its place. */
export function nameOf({ names }: Pick<People, "names">, account: AccountId, t: Text): string {
  return names.get(account) ?? t("shell.somebody");
}
