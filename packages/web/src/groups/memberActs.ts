/** What one may do about somebody in a group, by the own role in it (GRP-3). Every member's client judges alike; this only spares what would be refused. */
import type { GroupMember, Role } from "sotto";

/** write, ask: to a contact, or to somebody who is none yet. */
export type MemberAct = "write" | "ask" | "makeAdmin" | "makeMember" | "handOver" | "remove";

export function memberActs(
  own: Role | undefined,
  { mine, role, isContact, userName }: GroupMember,
): readonly MemberAct[] {
  // Acts go by the name.
  if (mine || userName === "") return [];
  const reach = isContact ? "write" : "ask";
  if (own === "owner") return [reach, role === "admin" ? "makeMember" : "makeAdmin", "handOver", "remove"];
  return own === "admin" && role === "member" ? [reach, "remove"] : [reach];
}

/** Whether the own role lets one add people and name the group. */
export function mayManage(own: Role | undefined): boolean {
  return own === "owner" || own === "admin";
}
