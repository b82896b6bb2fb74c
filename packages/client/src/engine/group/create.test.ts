/** GRP-4, GRP-5: groups are opened, and contacts put into them. */
import type { AccountId, ConversationId } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import type { GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";
import type { CommandResult, GroupEvent } from "../contract.ts";

async function open(
  town: GroupBench,
  creator: string,
  members: readonly string[],
  name = "walks",
): Promise<CommandResult> {
  return town.command(creator, {
    kind: "createGroup",
    name,
    members: members.map((one) => town.of(one).account),
  });
}

async function opened(
  town: GroupBench,
  creator: string,
  members: readonly string[],
): Promise<ConversationId> {
  const result = await open(town, creator, members);
  if (!result.ok || result.conversation === undefined) throw new Error("no group");
  return result.conversation;
}

const eventsOf = (town: GroupBench, name: string): readonly (readonly [AccountId, GroupEvent | null])[] =>
  town
    .of(name)
    .bench.events.flatMap((event) =>
      event.type === "message" ? [[event.message.from, event.message.event] as const] : [],
    );

describe("a new group", () => {
  it.each([
    ["the stand-in", false],
    ["real MLS", true],
  ])("is the same at all of its members, with %s", async (_, real) => {
    const town = await createGroupBench(["alice", "bob", "carol"], { real });
    const id = await opened(town, "alice", ["bob", "carol"]);
    const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) => town.of(name).account) as [
      AccountId,
      AccountId,
      AccountId,
    ];
    for (const name of ["alice", "bob", "carol"]) {
      expect(town.conversation(name, id)).toMatchObject({
        peer: null,
        state: "active",
        headIndex: 1,
        facts: {
          charter: { name: "walks", owner: alice, admins: [], keyId: null, room: false },
          members: [alice, bob, carol].toSorted(),
        },
      });
      expect(town.changes(name, id)).toContain("created");
    }
    const epochs = town.epochs(["alice", "bob", "carol"], id);
    expect(new Set(epochs).size).toBe(1);
    expect(epochs[0]).toBeDefined();
    expect(town.of("alice").bench.engine.state.pending.size).toBe(0);
    expect(eventsOf(town, "alice")).toEqual([
      [alice, { kind: "created", name: "walks" }],
      [alice, { kind: "added", accounts: [bob, carol].toSorted() }],
    ]);
    expect(eventsOf(town, "bob")).toEqual([[alice, { kind: "added", accounts: [bob] }]]);
  });

  it("may begin with its creator alone", async () => {
    const town = await createGroupBench(["alice"]);
    const id = await opened(town, "alice", []);
    expect(town.conversation("alice", id)).toMatchObject({
      state: "active",
      facts: { members: [town.of("alice").account] },
    });
    expect([...town.groups.values()]).toMatchObject([{ index: 1 }]);
  });

  it("keeps the id that the caller has made, however often it is asked for", async () => {
    const town = await createGroupBench(["alice", "bob"]);
    const id = "0123456789abcdef0123456789abcdef" as ConversationId;
    for (let i = 0; i < 2; i++) {
      const members = [town.of("bob").account];
      const result = await town.command("alice", { kind: "createGroup", name: "walks", members, id });
      expect(result).toEqual({ ok: true, conversation: id });
    }
    expect(town.groups.size).toBe(1);
  });

  it("is not made of strangers, with no name, or without key packages", async () => {
    const town = await createGroupBench(["alice", "bob", "carol"], { strangers: [["alice", "bob"]] });
    expect(await open(town, "alice", ["bob"])).toMatchObject({ problem: "notContact" });
    expect(await open(town, "alice", ["carol"], "")).toMatchObject({ problem: "badName" });
    expect(await open(town, "alice", ["carol"], " walks")).toMatchObject({ problem: "badName" });
    town.of("carol").packages.length = 0;
    expect(await open(town, "alice", ["carol"])).toMatchObject({ problem: "noKeyPackage", detail: "carol" });
    expect(town.groups.size).toBe(0);
    expect(town.of("alice").bench.engine.state.conversations.size).toBe(0);
  });

  it("waits for the server, across a restart", async () => {
    const town = await createGroupBench(["alice", "bob"]);
    town.onFrame = (_, { requestId }) => ({ type: "refused", requestId, code: "unavailable" });
    const id = await opened(town, "alice", ["bob"]);
    expect(town.groups.size).toBe(0);
    town.onFrame = undefined;
    await town.restart("alice");
    await town.settle();
    expect(town.conversation("bob", id)).toMatchObject({ state: "active" });
    expect(new Set(town.epochs(["bob"], id)).size).toBe(1);
  });

  it("ends, and says why, when the server never takes it", async () => {
    const town = await createGroupBench(["alice", "bob"]);
    town.onFrame = (_, { requestId }) => ({ type: "refused", requestId, code: "forbidden" });
    expect(await open(town, "alice", ["bob"])).toMatchObject({ problem: "notContact" });
    const [conversation] = town.of("alice").bench.engine.state.conversations.values();
    expect(conversation).toMatchObject({ state: "ended", group: null });
    expect(conversation && town.changes("alice", conversation.id)).toEqual([
      "created",
      "wishFailed",
      "ended",
    ]);
  });
});

describe("a Welcome", () => {
  it("of somebody who is no contact is left at once, and shows nothing", async () => {
    const town = await createGroupBench(["alice", "bob", "carol"]);
    const contact = town.of("carol").bench.engine.state.contacts;
    contact.delete(town.of("alice").account);
    const id = await opened(town, "alice", ["bob", "carol"]);
    expect(town.of("carol").bench.engine.state.conversations.size).toBe(0);
    expect(town.of("carol").bench.events.filter(({ type }) => type === "conversation")).toEqual([]);
    const [group] = town.groups.values();
    expect(group?.list.has(town.of("carol").mailbox)).toBe(false);
    // The server's word removes nobody.
    expect(town.conversation("bob", id).facts?.members).toHaveLength(3);
  });

  it("that shows a contact under another key is left at once, and told of", async () => {
    const town = await createGroupBench(["alice", "bob", "carol"]);
    const { contacts } = town.of("carol").bench.engine.state;
    const bob = contacts.get(town.of("bob").account);
    if (bob === undefined) throw new Error("carol does not know bob");
    contacts.set(bob.account, { ...bob, accountKey: new Uint8Array(32) });
    await opened(town, "alice", ["bob", "carol"]);
    expect(town.of("carol").bench.engine.state.conversations.size).toBe(0);
  });

  it("is taken once", async () => {
    const town = await createGroupBench(["alice", "bob"]);
    const id = await opened(town, "alice", ["bob"]);
    const bob = town.of("bob");
    const [welcome] = bob.entries;
    if (welcome?.type !== "welcome") throw new Error("no Welcome");
    const before = town.conversation("bob", id);
    town.deliver("bob", welcome);
    await town.settle();
    expect(town.conversation("bob", id)).toEqual(before);
  });
});
