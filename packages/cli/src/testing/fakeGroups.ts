/** Groups of a fake device: every change comes true at once, and has its line. */
import type { AccountId, ConversationId } from "@sotto/protocol";
import type { Contact, Conversation, GroupEvent, GroupMember, Invitation, Role, Sotto } from "sotto";
import { SottoError } from "sotto";

export interface FakeGroups {
  readonly groups: Sotto["groups"];
  readonly rooms: Sotto["rooms"];
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
    const { account, online, displayName, picture } = contact(userName);
    return { account, userName, displayName, picture, mine: false, role: "member", isContact: true, online };
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
  const open = (
    kind: "group" | "room",
    name: string,
    userNames: readonly string[],
    hasKey = false,
  ): Conversation => {
    const alice: GroupMember = {
      account: own,
      userName: "alice",
      displayName: "",
      picture: 0,
      mine: true,
      role: "owner",
      isContact: false,
      online: false,
    };
    const roster = [alice, ...userNames.map(member)];
    const id = `9${all.size}`.repeat(16) as ConversationId;
    const group: Conversation = {
      id,
      kind,
      name,
      members: roster.map(({ userName }) => userName),
      roster,
      role: "owner",
      changing: false,
      hasKey,
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
    say(id, { kind: "created", name });
    return group;
  };
  const invitation: Invitation = {
    code: "abcdefghjkmn",
    password: "abcd-efgh-jkmn-pqrs",
    link: "https://sotto.example/r/abcdefghjkmn#secret",
    linkRequired: true,
  };
  return {
    list: () => [...all.values()],
    rooms: {
      async create({ name, password, linkRequired = true }) {
        calls.push(`create room ${name}, ${password ?? "made"}, ${linkRequired ? "link" : "code"}`);
        return { conversation: open("room", name, []), invitation };
      },
      async join(entry) {
        const by = "link" in entry ? entry.link : entry.code;
        calls.push(`join ${by} with ${entry.password}`);
        if (entry.password !== invitation.password)
          throw new SottoError("wrongRoomPassword", "No room opens with this.");
        return open("room", "Night watch", []);
      },
      invitation: async (id) => (named(id).kind === "room" ? invitation : null),
      async renewInvitation(id, options) {
        calls.push(`renew invitation of ${named(id).name}, ${options?.password ?? "made"}`);
        return { ...invitation, code: "nmkjhgfedcba" };
      },
    },
    groups: {
      async create(name, userNames, options) {
        calls.push(`create ${name}: ${userNames.join(" ")}`);
        return open("group", name, userNames, options?.key !== undefined);
      },
      async setKey(id, key) {
        named(id);
        calls.push(`key ${key.trim()}`);
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
