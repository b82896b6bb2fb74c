/** Groups in words: what has happened in one, and who is in it. */
import type { AccountId } from "@sotto/protocol";
import type { Conversation, GroupEvent, GroupMember, Role, Sotto, StoredMessage } from "sotto";
import { sanitizeLine } from "../sanitize.ts";
import { shownName } from "./names.ts";
import type { Style } from "./style.ts";

const ROLES: Readonly<Record<Role, string>> = { owner: "owner", admin: "admin", member: "" };

/** `bob has added carol.`; said of oneself, `You have added carol.` */
export function groupEventWords(
  sotto: Sotto,
  { from, event }: StoredMessage & { readonly event: GroupEvent },
): string {
  const name = (account: AccountId): string =>
    account === sotto.account ? "you" : shownName(sotto, account);
  const [who, have] = from === sotto.account ? ["You", "have"] : [name(from), "has"];
  const all = (accounts: readonly AccountId[]): string => listed(accounts.map(name));
  switch (event.kind) {
    case "created":
      return `${who} ${have} made the group “${sanitizeLine(event.name)}”.`;
    case "added":
      return `${who} ${have} added ${all(event.accounts)}.`;
    case "removed":
      return `${who} ${have} removed ${all(event.accounts)}.`;
    case "left":
      return `${who} ${have} left.`;
    case "renamed":
      return `${who} ${have} named the group “${sanitizeLine(event.name)}”.`;
    case "role":
      return `${who} ${have} made ${name(event.account)} ${ROLE_GIVEN[event.role]}.`;
    case "entered":
      return `${who} ${have} come in by the room's password.`;
    case "refused":
      return `${who} ${have} tried a change that is not theirs to make. It was refused.`;
  }
}

const ROLE_GIVEN: Readonly<Record<Role, string>> = {
  owner: "the owner",
  admin: "an admin",
  member: "a member like all others",
};

/** One line for each: `bob  admin, online`. */
export function memberLines({ roster }: Conversation, style: Style): string {
  return roster.map((member) => memberLine(member, style)).join("\n");
}

function memberLine({ account, userName, mine, role, isContact, online }: GroupMember, style: Style): string {
  const name = sanitizeLine(userName === "" ? `account ${account.slice(0, 8)}` : userName);
  const presence = mine ? "you" : online ? "online" : isContact ? "offline" : "no contact";
  const words = [ROLES[role], presence].filter((word) => word !== "").join(", ");
  return `${online ? style.bold(name) : name}  ${style.dim(words)}`;
}

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
