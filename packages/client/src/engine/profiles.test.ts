/** PRO-3, PRO-4: who is told the key of a profile, when again, and when another takes its place. */
import type { ConversationId } from "@sotto/protocol";
import { expect, test } from "vitest";
import type { GroupBench } from "../testing/groupBench.ts";
import { createGroupBench } from "../testing/groupBench.ts";
import { isProfileKeyStale } from "./profiles.ts";

const [KEY, OTHER] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)];

async function openGroup(
  town: GroupBench,
  owner: string,
  others: readonly string[],
): Promise<ConversationId> {
  const members = others.map((name) => town.of(name).account);
  const opened = await town.command(owner, { kind: "createGroup", name: "walks", members });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  return opened.conversation;
}

const setKey = (town: GroupBench, name: string, version: number, key = KEY) =>
  town.command(name, { kind: "setProfileKey", version, key });
/** The version of whose profile somebody has the key. */
const known = (town: GroupBench, name: string, of: string): number | undefined =>
  town.of(name).bench.engine.state.profileKeys.get(town.of(of).account)?.version;
const isDue = (town: GroupBench, name: string): boolean =>
  isProfileKeyStale(town.of(name).bench.engine.state);

test("PRO-3 members are told, also of a change, and whoever comes in later", async () => {
  const town = await createGroupBench(["alice", "bob", "carol"]);
  const id = await openGroup(town, "alice", ["bob"]);
  await setKey(town, "alice", 1);
  await setKey(town, "bob", 4, OTHER);
  expect([known(town, "bob", "alice"), known(town, "alice", "bob")]).toEqual([1, 4]);
  expect(town.of("bob").bench.engine.state.profileKeys.get(town.of("alice").account)?.key).toEqual(KEY);
  await setKey(town, "alice", 2);
  expect(known(town, "bob", "alice")).toBe(2);
  await town.command("alice", {
    kind: "addMembers",
    conversation: id,
    accounts: [town.of("carol").account],
  });
  await town.pass(10_000);
  expect([known(town, "carol", "alice"), known(town, "carol", "bob")]).toEqual([2, 4]);
});

test("PRO-3 nobody is told twice without a reason, and an answer that was lost is made up for", async () => {
  const town = await createGroupBench(["alice", "bob"]);
  await openGroup(town, "alice", ["bob"]);
  const posts = (): number => town.of("bob").entries.filter(({ type }) => type === "message").length;
  await setKey(town, "alice", 1);
  expect(posts()).toBe(1);
  await town.restart("alice");
  await town.pass(60_000);
  expect(posts()).toBe(1);
  await town.goOffline("alice");
  await town.start("alice", { kind: "setProfileKey", version: 2, key: KEY });
  expect(known(town, "bob", "alice")).toBe(1);
  await town.goOnline("alice");
  await town.settle();
  expect([posts(), known(town, "bob", "alice")]).toEqual([2, 2]);
});

test("PRO-4 another key is due when somebody who has it has gone, and forgotten by whoever has gone", async () => {
  const town = await createGroupBench(["alice", "bob", "carol"], { strangers: [["alice", "carol"]] });
  const id = await openGroup(town, "bob", ["alice", "carol"]);
  await town.settle();
  await setKey(town, "alice", 1);
  await setKey(town, "carol", 1, OTHER);
  expect([known(town, "carol", "alice"), isDue(town, "alice"), isDue(town, "carol")]).toEqual([
    1,
    false,
    false,
  ]);
  await town.command("bob", {
    kind: "removeMembers",
    conversation: id,
    accounts: [town.of("carol").account],
  });
  await town.pass(10_000);
  // Carol is no contact of alice's; bob is, so he goes on to know.
  expect([isDue(town, "alice"), known(town, "carol", "alice"), known(town, "alice", "carol")]).toEqual([
    true,
    undefined,
    undefined,
  ]);
  expect([isDue(town, "carol"), known(town, "carol", "bob")]).toEqual([true, undefined]);
  expect(town.of("alice").bench.events.some(({ type }) => type === "profileDue")).toBe(true);
  await setKey(town, "alice", 2, OTHER);
  expect([isDue(town, "alice"), known(town, "bob", "alice"), known(town, "carol", "alice")]).toEqual([
    false,
    2,
    undefined,
  ]);
});

test("PRO-3 an older version, and what somebody says of another, change nothing", async () => {
  const town = await createGroupBench(["alice", "bob"]);
  await openGroup(town, "alice", ["bob"]);
  await setKey(town, "alice", 5);
  await setKey(town, "alice", 3, OTHER);
  expect(known(town, "bob", "alice")).toBe(5);
  expect(known(town, "bob", "bob")).toBeUndefined();
});

test("PRO-4 the key of a device that is gone is replaced at once", async () => {
  const town = await createGroupBench(["alice", "bob"]);
  const { state } = town.of("alice").bench.engine;
  (state as { ownProfile: unknown }).ownProfile = { version: 3, key: KEY, since: 1, stale: true };
  expect(isDue(town, "alice")).toBe(true);
  await setKey(town, "alice", 4, OTHER);
  expect([isDue(town, "alice"), state.ownProfile?.since]).toEqual([false, 4]);
});
