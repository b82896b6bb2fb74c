/** Groups of a fake device: every change comes true at once, and has its line. */
import type { AccountId, ConversationId } from "@sotto/protocol";
import type { Contact, Conversation, GroupEvent, GroupMember, Role, Sotto } from "sotto";
import { SottoError } from "sotto";

export interface FakeGroups {
  readonly groups: Sotto["groups"];
  readonly list: () => readonly Conversation[];
}

export function createFakeGroups(world: {
  readonly own: AccountId;
  readonly calls: string[];
  readonly contact: (userName: string) => Contact;
  readonly say: (conversation: ConversationId, event: GroupEvent) => void;
}): FakeGroups {
  const { own, calls, contact, say } = world;
  const all = new Map<ConversationId, Conversation>();
  const named = (id: ConversationId): Conversation => {
    const group = all.get(id);
    if (group === undefined) throw new SottoError("notGroup", "This conversation is no group. Name a group.");
    return group;
  };
  const member = (userName: string): GroupMember => {
    const { account, online } = contact(userName);
    return { account, userName, mine: false, role: "member", isContact: true, online };
  };
  const change = (
    id: ConversationId,
    call: string,
    fields: (group: Conversation) => Partial<Conversation>,
    event: GroupEvent,
  ): void => {
    calls.push(call);
    const group = named(id);
    const next = { ...group, ...fields(group) };
    all.set(id, { ...next, members: next.roster.map(({ userName }) => userName) });
    say(id, event);
  };
  const accountsOf = (userNames: readonly string[]): readonly AccountId[] =>
    userNames.map((name) => contact(name).account);
  return {
    list: () => [...all.values()],
    groups: {
      async create(name, userNames) {
        const alice: GroupMember = {
          account: own,
          userName: "alice",
          mine: true,
          role: "owner",
          isContact: false,
          online: false,
        };
        const roster = [alice, ...userNames.map(member)];
        const id = `9${all.size}`.repeat(16) as ConversationId;
        const group: Conversation = {
          id,
          kind: "group",
          name,
          members: roster.map(({ userName }) => userName),
          roster,
          role: "owner",
          changing: false,
          peer: undefined,
          accepted: true,
          unread: 0,
          path: "relay",
          pathIsDefault: true,
          link: { state: "none", reason: "group" },
          state: "active",
          lastMessage: undefined,
          draft: undefined,
          keysRenewedAtMs: 0,
        };
        all.set(id, group);
        calls.push(`create ${name}: ${userNames.join(" ")}`);
        say(id, { kind: "created", name });
        return group;
      },
      add: async (id, names) =>
        change(
          id,
          `add ${names.join(" ")}`,
          ({ roster }) => ({ roster: [...roster, ...names.map(member)] }),
          {
            kind: "added",
            accounts: accountsOf(names),
          },
        ),
      remove: async (id, names) =>
        change(
          id,
          `remove ${names.join(" ")}`,
          ({ roster }) => ({ roster: roster.filter(({ userName }) => !names.includes(userName)) }),
          { kind: "removed", accounts: accountsOf(names) },
        ),
      rename: async (id, name) => change(id, `rename ${name}`, () => ({ name }), { kind: "renamed", name }),
      setRole: async (id, userName, role: Role) =>
        change(
          id,
          `role ${userName} ${role}`,
          ({ roster }) => ({
            roster: roster.map((one) => (one.userName === userName ? { ...one, role } : one)),
          }),
          { kind: "role", account: contact(userName).account, role },
        ),
      leave: async (id) =>
        change(id, "leave", () => ({ state: "ended", roster: [], role: undefined }), { kind: "left" }),
    },
  };
}
