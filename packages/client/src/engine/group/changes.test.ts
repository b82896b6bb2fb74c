/** GRP-3, GRP-6, GRP-7: changes of groups, as wishes that come true at all members alike. */
import type { AccountId, ConversationId, GroupId } from "@sotto/protocol";
import { encodeCharter, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import type { GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";
import type { CommandResult } from "../contract.ts";
import type { Role } from "./policy.ts";
import type { GroupFacts } from "../records/conversation.ts";

const MINUTE_MS = 60_000;
const ALL = ["alice", "bob", "carol", "dave", "erin"] as const;

interface Town {
  readonly town: GroupBench;
  readonly id: ConversationId;
  readonly facts: (name: string) => GroupFacts;
  readonly account: (name: string) => AccountId;
  readonly add: (by: string, name: string) => Promise<CommandResult>;
  readonly remove: (by: string, name: string) => Promise<CommandResult>;
  readonly rename: (by: string, name: string) => Promise<CommandResult>;
  readonly role: (by: string, name: string, role: Role) => Promise<CommandResult>;
  /** All of these are in the same epoch, with the same facts. */
  readonly agree: (...names: readonly string[]) => void;
}

/** A group that the first of them has opened with the others up to `members`. */
async function createTown(names: readonly string[], members = names.length, real = false): Promise<Town> {
  const town = await createGroupBench(names, { real });
  const [creator, ...others] = names.slice(0, members) as [string, ...string[]];
  const account = (name: string): AccountId => town.of(name).account;
  const created = await town.command(creator, {
    kind: "createGroup",
    name: "walks",
    members: others.map(account),
  });
  if (!created.ok || created.conversation === undefined) throw new Error("no group");
  const id = created.conversation;
  const facts = (name: string): GroupFacts => {
    const known = town.conversation(name, id).facts;
    if (known === null) throw new Error("no group");
    return known;
  };
  return {
    town,
    id,
    facts,
    account,
    add: async (by, name) =>
      town.command(by, { kind: "addMembers", conversation: id, accounts: [account(name)] }),
    remove: async (by, name) =>
      town.command(by, { kind: "removeMembers", conversation: id, accounts: [account(name)] }),
    rename: async (by, name) => town.command(by, { kind: "renameGroup", conversation: id, name }),
    role: async (by, name, role) =>
      town.command(by, { kind: "setRole", conversation: id, account: account(name), role }),
    agree(...all) {
      const [first, ...rest] = all as [string, ...string[]];
      const { charter, members: there } = facts(first);
      for (const name of rest) expect(facts(name)).toMatchObject({ charter, members: there });
      expect(new Set(town.epochs(all, id)).size).toBe(1);
      for (const name of all) expect(town.conversation(name, id).state).toBe("active");
    },
  };
}

describe("changes of a group", () => {
  it.each([
    ["the stand-in", false],
    ["real MLS", true],
  ])("add, rename, role, remove, with %s", async (_, real) => {
    const { town, id, facts, account, add, remove, rename, role, agree } = await createTown(
      ALL.slice(0, 4),
      3,
      real,
    );
    expect(await add("alice", "dave")).toMatchObject({ ok: true });
    agree("alice", "bob", "carol", "dave");
    expect(facts("dave").members).toHaveLength(4);
    expect(await rename("alice", "rides")).toMatchObject({ ok: true });
    expect(facts("dave").charter.name).toBe("rides");
    await role("alice", "bob", "admin");
    expect(facts("dave").charter.admins).toEqual([account("bob")]);
    await remove("bob", "carol");
    agree("alice", "bob", "dave");
    expect(town.conversation("carol", id)).toMatchObject({ state: "ended", group: null });
    expect(town.changes("carol", id).at(-1)).toBe("ended");
    for (const name of ["alice", "bob", "carol", "dave"]) {
      expect(town.of(name).bench.engine.state.wishes.size).toBe(0);
      expect(town.of(name).bench.engine.state.pending.size).toBe(0);
    }
  });

  it("are refused at once when they cannot be", async () => {
    const { town, id, account, add, remove, rename, role } = await createTown(["alice", "bob", "carol"], 2);
    expect(await add("bob", "carol")).toMatchObject({ problem: "notAllowed" });
    expect(await remove("bob", "alice")).toMatchObject({ problem: "notAllowed" });
    expect(await rename("bob", "mine")).toMatchObject({ problem: "notAllowed" });
    expect(await role("bob", "bob", "owner")).toMatchObject({ problem: "notAllowed" });
    expect(await role("alice", "alice", "member")).toMatchObject({ problem: "notAllowed" });
    expect(await rename("alice", "")).toMatchObject({ problem: "badName" });
    expect(await add("alice", "bob")).toMatchObject({ problem: "alreadyMember", detail: "bob" });
    expect(await remove("alice", "carol")).toMatchObject({ problem: "notMember" });
    expect(await remove("alice", "alice")).toMatchObject({ problem: "self" });
    town.of("alice").bench.engine.state.contacts.delete(account("carol"));
    expect(await add("alice", "carol")).toMatchObject({ problem: "notContact" });
    const unknown = "00000000000000000000000000000000" as ConversationId;
    const command = { kind: "renameGroup", conversation: unknown, name: "x" } as const;
    expect(await town.command("alice", command)).toMatchObject({ problem: "unknownConversation" });
    expect(town.conversation("alice", id).headIndex).toBe(1);
  });

  it("a group that is handed over has a new owner, and the former one is an admin", async () => {
    const { facts, account, role, agree } = await createTown(["alice", "bob", "carol"]);
    await role("alice", "bob", "owner");
    agree("alice", "bob", "carol");
    expect(facts("carol").charter).toMatchObject({ owner: account("bob"), admins: [account("alice")] });
    expect(await role("alice", "carol", "admin")).toMatchObject({ problem: "notAllowed" });
  });

  it("an admin who is removed loses the role with the same commit", async () => {
    const { facts, role, remove } = await createTown(["alice", "bob", "carol"]);
    await role("alice", "bob", "admin");
    await remove("alice", "bob");
    expect(facts("carol").charter.admins).toEqual([]);
  });

  it("tell their lines, under the same ids at all", async () => {
    const { town, id, account, add, rename } = await createTown(["alice", "bob", "carol"], 2);
    await add("alice", "carol");
    await rename("alice", "rides");
    const lines = (name: string): readonly unknown[] =>
      town
        .of(name)
        .bench.events.flatMap((event) =>
          event.type === "message" && event.message.conversation === id
            ? [[event.message.id, event.message.from, event.message.event]]
            : [],
        );
    const renamed = lines("carol").at(-1);
    expect(renamed).toMatchObject([expect.any(String), account("alice"), { kind: "renamed", name: "rides" }]);
    expect(lines("alice").slice(-2)).toEqual(lines("bob").slice(-2));
    expect(lines("alice").at(-1)).toEqual(renamed);
    expect(lines("bob").at(-2)).toMatchObject([
      expect.any(String),
      account("alice"),
      { kind: "added", accounts: [account("carol")] },
    ]);
  });
});

describe("races", () => {
  it.each([
    ["the stand-in", false],
    ["real MLS", true],
  ])("commits that lose their place are made again, with %s", async (_, real) => {
    const { town, id, facts, account, role, agree } = await createTown(ALL, 3, real);
    await role("alice", "bob", "admin");
    await role("alice", "carol", "admin");
    const at = { conversation: id };
    // Nobody hears of the others' commits before all are made.
    await town.start("alice", { kind: "renameGroup", ...at, name: "rides" });
    await town.start("bob", { kind: "addMembers", ...at, accounts: [account("dave")] });
    await town.start("carol", { kind: "addMembers", ...at, accounts: [account("erin")] });
    await town.settle();
    await town.pass(MINUTE_MS);
    agree(...ALL);
    expect(facts("erin")).toMatchObject({ charter: { name: "rides" }, members: { length: 5 } });
    for (const name of ALL) expect(town.of(name).bench.engine.state.wishes.size).toBe(0);
  });

  it("of six end with what all have asked for, and nobody asks twice", async () => {
    const others = ["bob", "carol", "dave", "erin", "frank"];
    const guests = ["gina", "hugo", "iris", "jan", "kim"];
    const { town, id, facts, role, account, agree } = await createTown(
      ["alice", ...others, ...guests],
      1 + others.length,
    );
    for (const name of others) await role("alice", name, "admin");
    const before = town.conversation("alice", id).headIndex;
    for (const [i, name] of others.entries()) {
      const accounts = [account(guests[i] as string)];
      await town.start(name, { kind: "addMembers", conversation: id, accounts });
    }
    await town.settle();
    await town.pass(5 * MINUTE_MS);
    agree("alice", ...others, ...guests);
    expect(facts("alice").members).toHaveLength(1 + others.length + guests.length);
    // Each was made once, and no more than that.
    expect(town.conversation("alice", id).headIndex - before).toBe(others.length);
    for (const name of guests) expect(town.of(name).packages).toHaveLength(4);
  });

  it("what two want alike is done once", async () => {
    const { town, id, facts, account, role, agree } = await createTown(ALL.slice(0, 3), 2);
    await role("alice", "bob", "admin");
    for (const name of ["alice", "bob"])
      await town.start(name, { kind: "addMembers", conversation: id, accounts: [account("carol")] });
    await town.settle();
    await town.pass(MINUTE_MS);
    agree("alice", "bob", "carol");
    expect(town.conversation("carol", id).headIndex).toBe(3);
    expect(facts("alice").members).toHaveLength(3);
    expect(town.changes("bob", id)).not.toContain("wishFailed");
  });

  it("a wish that the winner has made impossible has failed, and says so", async () => {
    const { town, id, account, role } = await createTown(ALL.slice(0, 4), 3);
    await role("alice", "bob", "admin");
    await town.start("alice", { kind: "setRole", conversation: id, account: account("bob"), role: "member" });
    await town.start("bob", { kind: "addMembers", conversation: id, accounts: [account("dave")] });
    await town.settle();
    await town.pass(MINUTE_MS);
    expect(town.changes("bob", id)).toContain("wishFailed");
    expect(town.of("bob").bench.engine.state.wishes.size).toBe(0);
    expect(town.of("dave").bench.engine.state.conversations.size).toBe(0);
  });

  it("a wish outlives restarts at every step", async () => {
    const { town, id, facts, account, role, agree } = await createTown(ALL.slice(0, 4), 3);
    await role("alice", "bob", "admin");
    await town.goOffline("bob");
    await town.start("bob", { kind: "addMembers", conversation: id, accounts: [account("dave")] });
    await town.restart("bob");
    expect(town.of("bob").bench.engine.state.wishes.get(id)).toHaveLength(1);
    await town.command("alice", { kind: "renameGroup", conversation: id, name: "rides" });
    town.onFrame = (name, { requestId }) =>
      name === "bob" ? { type: "refused", requestId, code: "unavailable" } : undefined;
    await town.goOnline("bob");
    await town.pass(MINUTE_MS);
    expect(town.of("bob").bench.engine.state.pending.size).toBe(1);
    await town.restart("bob");
    // Another commit takes its place while it is not there.
    await town.command("alice", { kind: "renameGroup", conversation: id, name: "runs" });
    town.onFrame = undefined;
    await town.restart("bob");
    await town.pass(MINUTE_MS);
    agree("alice", "bob", "carol", "dave");
    expect(facts("dave").charter.name).toBe("runs");
  });

  it("a store that fails loses no wish", async () => {
    const { town, id, facts, account } = await createTown(ALL.slice(0, 3), 2);
    await town.goOffline("alice");
    await town.start("alice", { kind: "addMembers", conversation: id, accounts: [account("carol")] });
    town.of("alice").bench.diskFull = true;
    await town.goOnline("alice");
    expect(town.of("alice").bench.engine.state.pending.size).toBe(0);
    town.of("alice").bench.diskFull = false;
    await town.pass(MINUTE_MS);
    expect(facts("carol").members).toHaveLength(3);
  });
});

describe("what the server does not take", () => {
  it.each(["forbidden", "conflict"] as const)(
    "%s: the wish has failed, the others have not",
    async (code) => {
      const { town, id, facts, account } = await createTown(ALL.slice(0, 4), 2);
      const mailbox = town.of("dave").mailbox;
      town.onFrame = (_, frame) =>
        frame.type === "handshake" && frame.added.includes(mailbox)
          ? { type: "refused", requestId: frame.requestId, code }
          : undefined;
      const accounts = [account("carol"), account("dave")];
      await town.command("alice", { kind: "addMembers", conversation: id, accounts });
      await town.pass(MINUTE_MS);
      expect(facts("bob").members).toHaveLength(3);
      expect(facts("bob").members).toContain(account("carol"));
      expect(town.changes("alice", id)).toContain("wishFailed");
      expect(town.of("alice").bench.engine.state.wishes.size).toBe(0);
    },
  );

  it("mailboxFull: the wish waits", async () => {
    const { town, id, facts, account } = await createTown(ALL.slice(0, 3), 2);
    town.onFrame = (_, { requestId }) => ({ type: "refused", requestId, code: "mailboxFull" });
    await town.command("alice", { kind: "addMembers", conversation: id, accounts: [account("carol")] });
    town.onFrame = undefined;
    await town.pass(2 * MINUTE_MS);
    expect(facts("carol").members).toHaveLength(3);
  });
});

describe("commits against the policy", () => {
  /** A commit of bob's made past his engine, at the next place of the order. */
  async function smuggle(
    { town, id, account }: Town,
    name: string,
    change: { readonly removes?: string; readonly appData?: Uint8Array },
  ): Promise<void> {
    const { person, bench } = town.of(name);
    const { headIndex, headHash, group: groupId } = town.conversation(name, id);
    const group = bench.engine.state.groups.get(groupId as GroupId);
    if (group === undefined) throw new Error("no group");
    const victim = change.removes === undefined ? undefined : account(change.removes);
    const index = headIndex + 1;
    const binding = { conversation: idBytes(id), index, previousHash: headHash };
    const made = await person.mls.commit(
      group,
      {
        add: [],
        remove: group.members
          .filter(({ credential }) => credential.account === victim)
          .map(({ leaf }) => leaf),
        authenticatedData: encodeHandshakeBinding(binding),
        joinerInfo: new Uint8Array(0),
        ...(change.appData && { appData: change.appData }),
      },
      bench.nowMs,
    );
    for (const other of town.devices.keys())
      if (other !== name)
        town.deliver(other, {
          type: "handshake",
          group: group.id,
          index,
          handshake: { inline: made.handshake },
        });
    const relayed = town.groups.get(group.id);
    if (relayed) relayed.index = index;
    await town.settle();
  }

  it.each([
    ["the stand-in", false],
    ["real MLS", true],
  ])("are skipped by all alike, and told, with %s", async (_, real) => {
    const made = await createTown(ALL.slice(0, 4), 4, real);
    const { town, id, facts, account, agree, rename } = made;
    const before = facts("carol");
    await smuggle(made, "bob", { removes: "carol" });
    agree("alice", "carol", "dave");
    expect(facts("carol")).toEqual(before);
    for (const name of ["alice", "carol", "dave"]) {
      expect(town.changes(name, id)).toContain("refusedHandshake");
      expect(town.conversation(name, id).headIndex).toBe(2);
      expect(town.of(name).bench.events).toContainEqual(
        expect.objectContaining({
          type: "message",
          message: expect.objectContaining({ from: account("bob"), event: { kind: "refused" } }),
        }),
      );
    }
    // The group goes on over it.
    await rename("alice", "rides");
    agree("alice", "carol", "dave");
    expect(facts("dave").charter.name).toBe("rides");
  });

  it("one that takes the place of an allowed one: that is made again", async () => {
    const made = await createTown(ALL.slice(0, 3));
    const { town, facts, rename } = made;
    await town.pass(1);
    town.onFrame = (_, { requestId }) => ({ type: "refused", requestId, code: "unavailable" });
    await rename("alice", "rides");
    expect(town.of("alice").bench.engine.state.pending.size).toBe(1);
    await smuggle(made, "bob", { removes: "carol" });
    expect(town.of("alice").bench.engine.state.pending.size).toBe(0);
    town.onFrame = undefined;
    // Nothing but the pause wakes the wish.
    town.of("alice").bench.timers.delete("retry");
    await town.pass(5000);
    expect(facts("carol").charter.name).toBe("rides");
  });

  it.each([
    [
      "makes oneself the owner",
      (town: Town) => encodeCharter({ ...town.facts("bob").charter, owner: town.account("bob") }),
    ],
    ["renames", (town: Town) => encodeCharter({ ...town.facts("bob").charter, name: "mine" })],
    ["leaves no charter", () => new Uint8Array([1, 2, 3])],
  ])("one that %s", async (_, appData) => {
    const made = await createTown(ALL.slice(0, 3));
    const { facts, agree } = made;
    const before = facts("alice");
    await smuggle(made, "bob", { appData: appData(made) });
    agree("alice", "carol");
    expect(facts("alice")).toEqual(before);
  });
});

describe("leaving", () => {
  it.each([
    ["the stand-in", false],
    ["real MLS", true],
  ])("is over at once for who leaves, and soon for the others, with %s", async (_, real) => {
    const { town, id, facts, account, agree } = await createTown(ALL.slice(0, 3), 3, real);
    const result = await town.command("bob", { kind: "leaveGroup", conversation: id });
    expect(result).toMatchObject({ ok: true });
    expect(town.changes("bob", id).at(-1)).toBe("ended");
    expect(town.conversation("bob", id)).toMatchObject({ state: "ended", group: null });
    await town.pass(MINUTE_MS);
    agree("alice", "carol");
    expect(facts("carol").members).toEqual([account("alice"), account("carol")].toSorted());
    expect(town.conversation("carol", id).headIndex).toBe(3);
    expect(town.of("carol").bench.events).toContainEqual(
      expect.objectContaining({
        type: "message",
        message: expect.objectContaining({ from: account("bob"), event: { kind: "left" } }),
      }),
    );
    for (const name of ALL.slice(0, 3)) expect(town.of(name).bench.engine.state.wishes.size).toBe(0);
  });

  it("the owner hands the group over before", async () => {
    const { town, id, role, agree } = await createTown(ALL.slice(0, 3));
    const leave = { kind: "leaveGroup", conversation: id } as const;
    expect(await town.command("alice", leave)).toMatchObject({ problem: "ownerLeaves" });
    await role("alice", "bob", "owner");
    expect(await town.command("alice", leave)).toMatchObject({ ok: true });
    await town.pass(MINUTE_MS);
    agree("bob", "carol");
  });

  it("a group of one just ends", async () => {
    const { town, id } = await createTown(["alice"]);
    expect(await town.command("alice", { kind: "leaveGroup", conversation: id })).toMatchObject({ ok: true });
    expect(town.conversation("alice", id)).toMatchObject({ state: "ended", group: null });
    expect([...town.groups.values()].map(({ list }) => list.size)).toEqual([0]);
  });

  it("while another commits: the request is made again, also after a restart", async () => {
    const { town, id, facts, agree } = await createTown(ALL.slice(0, 3));
    await town.start("alice", { kind: "renameGroup", conversation: id, name: "rides" });
    await town.start("bob", { kind: "leaveGroup", conversation: id });
    expect(town.conversation("bob", id)).toMatchObject({ state: "ended" });
    await town.restart("bob");
    await town.settle();
    await town.pass(2 * MINUTE_MS);
    agree("alice", "carol");
    expect(facts("alice")).toMatchObject({ charter: { name: "rides" }, members: { length: 2 } });
    expect(town.conversation("bob", id).group).toBeNull();
    expect(town.of("bob").bench.engine.state.leaving.size).toBe(0);
  });

  it("offline: when it is online again", async () => {
    const { town, id, facts } = await createTown(ALL.slice(0, 3));
    await town.goOffline("bob");
    await town.command("bob", { kind: "leaveGroup", conversation: id });
    await town.restart("bob");
    expect(facts("alice").members).toHaveLength(3);
    await town.goOnline("bob");
    await town.pass(MINUTE_MS);
    expect(facts("alice").members).toHaveLength(2);
  });

  it("whoever has gone can be put in anew, and knows what was", async () => {
    const { town, id, facts, add, remove, agree } = await createTown(ALL.slice(0, 3));
    await town.command("bob", { kind: "leaveGroup", conversation: id });
    await town.pass(MINUTE_MS);
    await add("alice", "bob");
    agree("alice", "bob", "carol");
    expect(town.changes("bob", id)).toContain("created");
    await remove("alice", "bob");
    expect(town.conversation("bob", id).state).toBe("ended");
    await add("alice", "bob");
    agree("alice", "bob", "carol");
    expect(facts("bob").members).toHaveLength(3);
  });

  it("an old Welcome does not bring anybody back, although its key package would open it again", async () => {
    const { town, id, add, remove } = await createTown(ALL.slice(0, 3));
    await remove("alice", "bob");
    const { packages, entries } = town.of("bob");
    // The last resort.
    packages.splice(0, packages.length - 1);
    await add("alice", "bob");
    expect(town.conversation("bob", id).state).toBe("active");
    const welcome = entries.findLast(({ type }) => type === "welcome");
    if (welcome === undefined) throw new Error("no Welcome");
    await remove("alice", "bob");
    town.deliver("bob", welcome);
    await town.settle();
    expect(town.conversation("bob", id)).toMatchObject({ state: "ended", group: null });
  });
});

describe("renewal", () => {
  it("MLS-23: comes after a week, when it is asked for, and again when it has lost", async () => {
    const { town, id, agree } = await createTown(ALL.slice(0, 2));
    await town.start("alice", { kind: "renewKeys", conversation: id });
    await town.start("bob", { kind: "renewKeys", conversation: id });
    await town.pass(MINUTE_MS);
    expect(town.conversation("alice", id).headIndex).toBe(3);
    agree("alice", "bob");
    await town.pass(8 * 24 * 60 * MINUTE_MS);
    expect(town.conversation("alice", id).headIndex).toBe(5);
    agree("alice", "bob");
  });
});
