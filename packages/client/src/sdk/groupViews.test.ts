/** Groups as applications see them. */
import type { AccountId, ConversationId } from "@sotto/protocol";
import { encodeCharter, idOf } from "@sotto/protocol";
import { createNobleProvider } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import { expect, it } from "vitest";
import type { Conversation } from "../api.ts";
import type { GroupBench } from "../testing/groupBench.ts";
import { createGroupBench } from "../testing/groupBench.ts";
import { contactNamed, contactViews, conversationView, conversationViews } from "./views.ts";

const NO_FACES = { face: () => ({ displayName: "", picture: 0 }) };
const crypto = createNobleProvider(seededRandom("group views"));

async function openTown(): Promise<{ town: GroupBench; id: ConversationId }> {
  const town = await createGroupBench(["dora", "bob", "alice", "carol"], { strangers: [["bob", "carol"]] });
  const members = ["alice", "bob", "carol"].map((name) => town.of(name).account);
  const opened = await town.command("dora", { kind: "createGroup", name: "walks", members });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  return { town, id: opened.conversation };
}

function viewOf(town: GroupBench, name: string, id: ConversationId): Conversation {
  const { engine } = town.of(name).bench;
  return conversationView(engine, town.conversation(name, id), NO_FACES, undefined, undefined);
}

it("a group has a name, a roster by role and name, and the relay's way", async () => {
  const { town, id } = await openTown();
  const { state } = town.of("bob").bench.engine;
  const record = town.conversation("bob", id);
  if (record.facts === null) throw new Error("no group");
  const admins = [town.of("carol").account];
  state.conversations.set(id, {
    ...record,
    facts: { ...record.facts, charter: { ...record.facts.charter, admins } },
  });
  state.contacts.delete(town.of("carol").account);
  const view = viewOf(town, "bob", id);
  expect(view).toMatchObject({
    kind: "group",
    name: "walks",
    peer: undefined,
    accepted: true,
    role: "member",
    path: "relay",
    pathIsDefault: true,
    link: { state: "none", reason: "group" },
    members: ["dora", "alice", "bob"],
  });
  expect(view.roster.map(({ userName, role, mine }) => [userName, role, mine])).toEqual([
    ["dora", "owner", false],
    ["", "admin", false],
    ["alice", "member", false],
    ["bob", "member", true],
  ]);
  expect(view.roster.map(({ isContact }) => isContact)).toEqual([true, false, true, false]);
  expect(view.roster.map(({ online }) => online)).toEqual([false, false, false, true]);
});

it("the first named who is there acts as owner; else the lowest account does", async () => {
  const { town, id } = await openTown();
  const { state } = town.of("bob").bench.engine;
  const record = town.conversation("bob", id);
  const { facts, group } = record;
  if (facts === null || group === null) throw new Error("no group");
  const stranger = idOf<AccountId>(crypto.random(16));
  const roles = (charter: typeof facts.charter): readonly string[] => {
    encodeCharter(charter);
    state.conversations.set(id, { ...record, facts: { ...facts, charter } });
    return viewOf(town, "bob", id).roster.map(({ userName, role }) => `${userName} ${role}`);
  };
  expect(roles({ ...facts.charter, owner: stranger, admins: [town.of("carol").account] })).toEqual([
    "carol owner",
    "alice member",
    "bob member",
    "dora member",
  ]);
  const names = ["alice", "bob", "carol", "dora"];
  const lowest = names.find((name) => town.of(name).account === facts.members[0]);
  expect(roles({ ...facts.charter, owner: stranger, admins: [] })[0]).toBe(`${lowest} owner`);
});

it("changes that have been asked for show until they have come true", async () => {
  const { town, id } = await openTown();
  await town.goOffline("dora");
  await town.start("dora", { kind: "renameGroup", conversation: id, name: "rides" });
  expect(viewOf(town, "dora", id)).toMatchObject({ name: "walks", changing: true });
  await town.goOnline("dora");
  await town.pass(5000);
  for (const name of ["dora", "bob"])
    expect(viewOf(town, name, id)).toMatchObject({ name: "rides", changing: false });
});

it("PSK-5: a group that opens with a key is in the list before it is entered, and says so", async () => {
  const { town } = await openTown();
  const members = [town.of("bob").account];
  const key = crypto.random(32);
  const made = await town.command("alice", { kind: "createGroup", name: "secret walks", members, key });
  if (!made.ok || made.conversation === undefined) throw new Error("no group");
  const id = made.conversation;
  const views = (): readonly Conversation[] =>
    conversationViews(town.of("bob").bench.engine, {
      lastMessages: new Map(),
      drafts: new Map(),
      profiles: NO_FACES,
    });
  expect(views().find((view) => view.id === id)).toMatchObject({
    kind: "group",
    name: `#${id.slice(0, 8)}`,
    state: "needsKey",
    hasKey: true,
  });
  await town.command("bob", { kind: "setConversationKey", conversation: id, key });
  await town.settle();
  expect(views().filter((view) => view.id === id)).toMatchObject([
    { name: "secret walks", state: "active", hasKey: true },
  ]);
  expect(viewOf(town, "alice", id)).toMatchObject({ hasKey: true });
});

it("a view passes between tabs as it is", async () => {
  const { town, id } = await openTown();
  const view = viewOf(town, "bob", id);
  expect(structuredClone(view)).toEqual(view);
});

it("a group that this device is out of has no roster, and stays in the list", async () => {
  const { town, id } = await openTown();
  const { engine } = town.of("bob").bench;
  engine.state.conversations.set(id, { ...town.conversation("bob", id), state: "ended" });
  const views = conversationViews(engine, { lastMessages: new Map(), drafts: new Map(), profiles: NO_FACES });
  expect(views).toMatchObject([{ id, name: "walks", roster: [], role: undefined, members: [] }]);
});

it("who is only a member of a group is no contact, and gives way to a contact of that name", async () => {
  const { town } = await openTown();
  const { engine } = town.of("bob").bench;
  const alice = contactNamed(engine, "alice");
  if (alice === undefined) throw new Error("no contact");
  engine.state.contacts.set(alice.account, { ...alice, state: "known" });
  expect(contactViews(engine, crypto, NO_FACES).map(({ userName }) => userName)).toEqual(["dora"]);
  expect(contactNamed(engine, "alice")).toMatchObject({ state: "known" });
  const other = { ...alice, account: town.of("bob").account };
  engine.state.contacts.set(other.account, other);
  expect(contactNamed(engine, "alice")).toEqual(other);
});
