/** User names of the account ids that events carry. */
import type { AccountId, ConversationId } from "@sotto/protocol";
import type { Face, Sotto } from "sotto";
import { MESSAGES, SottoError } from "sotto";
import { sanitizeLine } from "../sanitize.ts";

/** The user name of an account, or `undefined` for one that this device has not met. */
export function userNameOf(sotto: Sotto, account: AccountId): string | undefined {
  if (account === sotto.account) return sotto.userName;
  return sotto.people.find((person) => person.account === account)?.userName;
}

/** A name to show in a terminal. */
export function shownName(sotto: Sotto, account: AccountId): string {
  return sanitizeLine(userNameOf(sotto, account) ?? `account ${account.slice(0, 8)}`);
}

/** A conversation's name to show in a terminal. */
export function conversationName(sotto: Sotto, id: ConversationId): string {
  return sanitizeLine(sotto.conversations.get(id)?.name ?? `conversation ${id.slice(0, 8)}`);
}

/** Whose user name that is: a contact's, or somebody's in a group with this account. Throws `userUnknown`. */
export function accountNamed(
  sotto: Sotto,
  userName: string,
): { readonly account: AccountId; readonly userName: string; readonly face: Face } {
  const members = sotto.conversations.list().flatMap(({ roster }) => roster);
  const found = [...sotto.contacts.list(), ...members].find((person) => person.userName === userName);
  if (found === undefined) throw new SottoError("userUnknown", MESSAGES.userUnknown);
  return { account: found.account, userName, face: found };
}

/** The name that somebody has chosen, on one line and in quotes, or "": it proves nothing and never stands alone. */
export function chosenName({ displayName }: Pick<Face, "displayName">): string {
  // Nobody ends the quotation.
  return displayName === "" ? "" : `"${sanitizeLine(displayName).replaceAll('"', "\u201d")}"`;
}
