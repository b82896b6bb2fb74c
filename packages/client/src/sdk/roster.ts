/** Who is in a group, as applications see it. */
import type { AccountId } from "@sotto/protocol";
import type { GroupMember } from "../api.ts";
import { actingAmong, roleUnder } from "../engine/group/policy.ts";
import type { Role } from "../engine/group/policy.ts";
import type { Engine } from "../engine/index.ts";
import type { Faces } from "./views.ts";
import type { ConversationRecord } from "../engine/records/conversation.ts";

const RANK = { owner: 0, admin: 1, member: 2 } as const satisfies Record<Role, number>;

/** Owner, admins, members, each by name, those without one last. Nobody in a pair, or in a group that this device is out of. */
export function rosterOf(engine: Engine, record: ConversationRecord, faces: Faces): readonly GroupMember[] {
  const { state } = engine;
  const { facts } = record;
  if (facts === null || record.state === "ended") return [];
  const acting = actingAmong(facts.charter, new Set(facts.members));
  const online = onlineAccounts(engine);
  return facts.members
    .map((account): GroupMember => {
      const mine = account === state.identity.account;
      const contact = state.contacts.get(account);
      return {
        account,
        userName: mine ? state.identity.userName : (contact?.userName ?? ""),
        ...faces.face(account),
        mine,
        role: roleUnder(acting, facts.charter, account),
        isContact: contact?.state === "accepted",
        online: mine ? engine.live.phase === "online" : online.has(account),
      };
    })
    .toSorted((a, b) => RANK[a.role] - RANK[b.role] || byName(a, b));
}

/** Contacts who are seen online in the pair with them. */
function onlineAccounts({ state, live }: Engine): ReadonlySet<AccountId> {
  const seen = [...live.seen].flatMap((group) => {
    const id = state.conversationOfGroup.get(group);
    return (id && state.conversations.get(id)?.peer) ?? [];
  });
  return new Set(seen);
}

function byName(a: GroupMember, b: GroupMember): number {
  if ((a.userName === "") !== (b.userName === "")) return a.userName === "" ? 1 : -1;
  return a.userName < b.userName || (a.userName === b.userName && a.account < b.account) ? -1 : 1;
}
