/** Groups of a scripted device: every change comes true at once, and has its line. */
import type {
  ClientEvent,
  Conversation,
  GroupEvent,
  GroupMember,
  Invitation,
  Sotto,
  StoredMessage,
} from "sotto";
import { MESSAGES, SottoError } from "sotto/browser";
import type { Line, Talk } from "./world.ts";
import { NOW_MS, OWN, groupTalk, member, messageOf } from "./world.ts";

type Id = Conversation["id"];

export interface FakeGroups {
  readonly groups: Sotto["groups"];
  readonly rooms: Sotto["rooms"];
  readonly talks: () => readonly Talk[];
  readonly find: (id: Id) => Talk | undefined;
  readonly change: (id: Id, fields: Partial<Conversation>) => void;
  readonly say: (id: Id, line: Line) => StoredMessage;
}

export interface FakeGroupsOptions {
  readonly given: readonly Talk[];
  readonly call: (name: string) => Promise<void>;
  readonly emit: (event: ClientEvent) => void;
}

/** Of every room at first, and after each new one. */
const INVITATIONS: readonly [Invitation, Invitation] = [
  {
    code: "k3v8mq0ztw5e",
    password: "7k2m-x9qd-4tzr-0hvw",
    link: "https://home.example/#/room/k3v8mq0ztw5e/pB7dqWc1u0mZkq3n5yXJ2Q",
    linkRequired: true,
  },
  {
    code: "7hx2c9wd4rbn",
    password: "c3pw-8n5e-yj1b-6fgs",
    link: "https://home.example/#/room/7hx2c9wd4rbn",
    linkRequired: false,
  },
];

export function createFakeGroups({ given, call, emit }: FakeGroupsOptions): FakeGroups {
  const all = new Map(given.map((talk) => [talk.conversation.id, talk]));

  function named(id: Id): Talk {
    const talk = all.get(id);
    if (talk === undefined) throw new SottoError("notGroup", MESSAGES.notGroup);
    return talk;
  }

  function change(id: Id, fields: Partial<Conversation>): void {
    const talk = named(id);
    all.set(id, { ...talk, conversation: { ...talk.conversation, ...fields } });
  }

  function say(id: Id, line: Line): StoredMessage {
    const { conversation, messages } = named(id);
    const message = messageOf(line, messages.length, id, OWN.account);
    const isCounted = !message.mine && message.event === null;
    all.set(id, {
      conversation: {
        ...conversation,
        lastMessage: message,
        unread: conversation.unread + (isCounted ? 1 : 0),
      },
      messages: [...messages, message],
    });
    emit({ type: "message", message });
    return message;
  }

  function roster(id: Id, next: readonly GroupMember[], event: GroupEvent): void {
    change(id, {
      roster: next,
      members: next.map(({ userName }) => userName),
      role: next.find(({ mine }) => mine)?.role,
    });
    tell(id, event);
  }

  function tell(id: Id, event: GroupEvent): void {
    emit({ type: "conversation", conversation: id, change: "members" });
    say(id, { text: "", event, mine: true, storedAtMs: NOW_MS });
  }

  let renewed = false;
  const invitation = (): Invitation => INVITATIONS[renewed ? 1 : 0];
  const made = (
    name: string,
    fields: Partial<Conversation>,
    people: readonly GroupMember[],
    event: GroupEvent,
  ): Conversation => {
    const talk = groupTalk(name, people, [], fields);
    const { id } = talk.conversation;
    all.set(id, talk);
    emit({ type: "conversation", conversation: id, change: "created" });
    tell(id, event);
    return named(id).conversation;
  };

  const membersOf = (id: Id): readonly GroupMember[] => named(id).conversation.roster;
  return {
    talks: () => [...all.values()],
    find: (id) => all.get(id),
    change,
    say,
    rooms: {
      async create({ name }) {
        await call("rooms.create");
        const people = [member(OWN.userName, { role: "owner" })];
        const conversation = made(name, { kind: "room" }, people, { kind: "created", name });
        return { conversation, invitation: invitation() };
      },
      async join() {
        await call("rooms.join");
        const people = [member("carol", { role: "owner", isContact: false }), member(OWN.userName)];
        return made("Open rehearsal", { kind: "room" }, people, { kind: "entered", account: OWN.account });
      },
      invitation: async (id) => (named(id).conversation.kind === "room" ? invitation() : null),
      async renewInvitation() {
        await call("rooms.renewInvitation");
        renewed = true;
        for (const id of all.keys()) emit({ type: "conversation", conversation: id, change: "members" });
        return invitation();
      },
    },
    groups: {
      async create(name, userNames, options) {
        await call("groups.create");
        const people = [member(OWN.userName, { role: "owner" }), ...userNames.map((one) => member(one))];
        const hasKey = options?.key !== undefined;
        return made(name, { hasKey }, people, { kind: "created", name });
      },
      async setKey(id) {
        await call("groups.setKey");
        change(id, { state: "active" });
        emit({ type: "conversation", conversation: id, change: "created" });
      },
      async add(id, userNames) {
        await call("groups.add");
        const added = userNames.map((one) => member(one));
        roster(id, [...membersOf(id), ...added], {
          kind: "added",
          accounts: added.map(({ account }) => account),
        });
      },
      async remove(id, userNames) {
        await call("groups.remove");
        const gone = membersOf(id).filter(({ userName }) => userNames.includes(userName));
        roster(
          id,
          membersOf(id).filter((one) => !gone.includes(one)),
          { kind: "removed", accounts: gone.map(({ account }) => account) },
        );
      },
      async rename(id, name) {
        await call("groups.rename");
        change(id, { name });
        tell(id, { kind: "renamed", name });
      },
      async setRole(id, userName, role) {
        await call("groups.setRole");
        const next = membersOf(id).map((one) => {
          if (one.userName === userName) return { ...one, role };
          return role === "owner" && one.role === "owner" ? { ...one, role: "admin" as const } : one;
        });
        roster(id, next, { kind: "role", account: member(userName).account, role });
      },
      async leave(id) {
        await call("groups.leave");
        change(id, { state: "ended", role: undefined });
        roster(id, [], { kind: "left" });
      },
    },
  };
}
