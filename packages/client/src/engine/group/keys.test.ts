/** PSK-3 to PSK-5: groups with a pre-shared key. */
import type { CommitResult, MlsGroup } from "@sotto/crypto";
import { createNobleProvider } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import type { ConversationId, GroupId } from "@sotto/protocol";
import { bytesEqual, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import type { GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";
import type { CommandResult } from "../contract.ts";
import { encodeJoinerInfo } from "../joinerInfo.ts";
import { TABLE } from "../records/table.ts";

const random = seededRandom("keys of groups");
const KEY = random(32);
const OTHER_KEY = random(32);

const kinds = [
  ["the stand-in", false],
  ["real MLS", true],
] as const;

const provider = createNobleProvider(random);
const sha256 = (bytes: Uint8Array): Uint8Array => provider.sha256(bytes);

/** What alice's device makes when its program leaves the key out of a commit that adds carol. */
async function addWithout(town: GroupBench, id: ConversationId): Promise<CommitResult> {
  const { bench, person } = town.of("alice");
  const { group, headIndex, headHash } = town.conversation("alice", id);
  const loaded = bench.engine.state.groups.get(group as GroupId) as MlsGroup;
  const binding = { index: headIndex + 1, previousHash: headHash };
  const intent = {
    add: [town.of("carol").packages.at(-1) as Uint8Array],
    remove: [],
    authenticatedData: encodeHandshakeBinding({ conversation: idBytes(id), ...binding }),
    joinerInfo: encodeJoinerInfo({ conversation: id, kind: "group", ...binding }),
  };
  return person.mls.commit(loaded, intent, bench.nowMs);
}

/** A group of alice's with a key, in which bob is. */
async function openTown(real = false): Promise<{ town: GroupBench; id: ConversationId }> {
  const town = await createGroupBench(["alice", "bob", "carol"], { real });
  const members = [town.of("bob").account];
  const opened = await town.command("alice", { kind: "createGroup", name: "walks", members, key: KEY });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  return { town, id: opened.conversation };
}

const enter = async (town: GroupBench, name: string, id: ConversationId, key = KEY): Promise<CommandResult> =>
  town.command(name, { kind: "setConversationKey", conversation: id, key });

const write = async (
  town: GroupBench,
  name: string,
  id: ConversationId,
  text: string,
): Promise<CommandResult> => town.command(name, { kind: "sendText", conversation: id, text, replyTo: null });

const addCarol = async (town: GroupBench, id: ConversationId): Promise<CommandResult> =>
  town.command("alice", { kind: "addMembers", conversation: id, accounts: [town.of("carol").account] });

const texts = (town: GroupBench, name: string): readonly string[] =>
  town
    .of(name)
    .bench.events.flatMap((event) =>
      event.type === "message" && event.message.event === null ? [event.message.text] : [],
    );

const stateOf = (town: GroupBench, name: string) => town.of(name).bench.engine.state;

describe("a Welcome of a group with a key", () => {
  it.each(kinds)(
    "waits visibly, keeps what is said meanwhile, and opens with the right key: %s",
    async (_, real) => {
      const { town, id } = await openTown(real);
      expect(town.changes("bob", id)).toEqual(["needsKey"]);
      expect(stateOf(town, "bob").conversations.size).toBe(0);
      expect(stateOf(town, "bob").waiting.size).toBe(1);
      await write(town, "alice", id, "one");
      await town.command("alice", { kind: "renameGroup", conversation: id, name: "long walks" });
      await write(town, "alice", id, "two");
      expect(texts(town, "bob")).toEqual([]);

      expect(await enter(town, "bob", id, OTHER_KEY)).toMatchObject({ problem: "wrongKey" });
      expect(await enter(town, "bob", id, new Uint8Array(32))).toMatchObject({ problem: "badKey" });
      expect(stateOf(town, "bob").conversationKeys.size).toBe(0);

      expect(await enter(town, "bob", id)).toMatchObject({ ok: true });
      await town.settle();
      expect(texts(town, "bob")).toEqual(["one", "two"]);
      expect(town.conversation("bob", id)).toMatchObject({
        state: "active",
        facts: { charter: { name: "long walks" } },
      });
      expect(new Set(town.epochs(["alice", "bob"], id)).size).toBe(1);
      expect(stateOf(town, "bob").waiting.size).toBe(0);
      expect(town.of("bob").bench.disk.read(TABLE.waitingEntry).size).toBe(0);
      await write(town, "bob", id, "three");
      expect(texts(town, "alice")).toContain("three");
      for (const change of ["gap", "unreadable"]) expect(town.changes("bob", id)).not.toContain(change);
    },
  );

  it("waits across a restart", async () => {
    const { town, id } = await openTown();
    await write(town, "alice", id, "one");
    await town.restart("bob");
    await write(town, "alice", id, "two");
    expect(await enter(town, "bob", id)).toMatchObject({ ok: true });
    await town.settle();
    expect(texts(town, "bob")).toEqual(["one", "two"]);
  });

  it("is entered later when the key comes without the server", async () => {
    const { town, id } = await openTown();
    await town.goOffline("bob");
    expect(await enter(town, "bob", id)).toMatchObject({ ok: true });
    expect(stateOf(town, "bob").waiting.size).toBe(1);
    await town.restart("bob");
    await town.goOnline("bob");
    await town.pass(60_000);
    expect(town.conversation("bob", id)).toMatchObject({ state: "active" });
    expect(stateOf(town, "bob").waiting.size).toBe(0);
  });

  it("may be left", async () => {
    const { town, id } = await openTown();
    expect(await town.command("bob", { kind: "leaveGroup", conversation: id })).toMatchObject({ ok: true });
    expect(stateOf(town, "bob").waiting.size).toBe(0);
    expect([...town.groups.values()][0]?.list.has(town.of("bob").mailbox)).toBe(false);
    expect(await enter(town, "bob", id)).toMatchObject({ problem: "unknownConversation" });
  });

  it("is left when entries of the group are missing: its members put the device in anew", async () => {
    const { town, id } = await openTown();
    const [group] = town.groups.keys();
    town.deliver("bob", { type: "missed", group: group as GroupId });
    await town.settle();
    expect(town.changes("bob", id)).toEqual(["needsKey", "ended"]);
    await town.pass(60_000);
    expect(stateOf(town, "bob").waiting.size).toBe(1);
    expect(await enter(town, "bob", id)).toMatchObject({ ok: true });
    await town.settle();
    expect(new Set(town.epochs(["alice", "bob"], id)).size).toBe(1);
  });

  it("of more groups than anybody is in does not wait", async () => {
    const town = await createGroupBench(["alice", "bob"]);
    const members = [town.of("bob").account];
    for (let i = 0; i < 40; i++)
      await town.command("alice", { kind: "createGroup", name: "walks", members, key: KEY });
    expect(stateOf(town, "bob").waiting.size).toBe(32);
  });
});

describe("a group with a key", () => {
  it.each(kinds)("lets further members in who have it, and puts one in anew: %s", async (_, real) => {
    const { town, id } = await openTown(real);
    await enter(town, "bob", id);
    await addCarol(town, id);
    expect(town.changes("carol", id)).toEqual(["needsKey"]);
    await enter(town, "carol", id);
    await town.settle();
    expect(new Set(town.epochs(["alice", "bob", "carol"], id)).size).toBe(1);
    // Who comes back has the key still.
    await town.command("alice", {
      kind: "removeMembers",
      conversation: id,
      accounts: [town.of("carol").account],
    });
    expect(town.conversation("carol", id)).toMatchObject({ state: "ended" });
    await addCarol(town, id);
    await town.settle();
    expect(town.conversation("carol", id)).toMatchObject({ state: "active" });
    expect(new Set(town.epochs(["alice", "bob", "carol"], id)).size).toBe(1);
  });

  it("is given nobody by a device that has lost its key: the wish fails, and nothing is sent", async () => {
    const { town, id } = await openTown();
    const { conversationKeys } = stateOf(town, "alice");
    conversationKeys.clear();
    await addCarol(town, id);
    expect(town.changes("alice", id)).toContain("wishFailed");
    expect([...town.groups.values()][0]?.index).toBe(1);
    expect(await enter(town, "alice", id, OTHER_KEY)).toMatchObject({ problem: "wrongKey" });
    expect(await enter(town, "alice", id)).toMatchObject({ ok: true });
    await addCarol(town, id);
    expect([...town.groups.values()][0]?.index).toBe(2);
  });

  it.each(kinds)(
    "ATK: a commit without the key is refused by all, and its Welcome by who comes: %s",
    async (_, real) => {
      const { town, id } = await openTown(real);
      await enter(town, "bob", id);
      await town.settle();
      const made = await addWithout(town, id);
      const { group: carried, headIndex } = town.conversation("bob", id);
      const group = carried as GroupId;
      const index = headIndex + 1;
      town.deliver("bob", { type: "handshake", group, index, handshake: { inline: made.handshake } });
      town.deliver("carol", {
        type: "welcome",
        group,
        index,
        conversation: id,
        kind: "group",
        predecessor: null,
        handshakeHash: sha256(made.handshake),
        welcome: { inline: made.welcome as Uint8Array },
      });
      const before = town.epochs(["bob"], id);
      await town.settle();
      expect(town.changes("bob", id)).toContain("refusedHandshake");
      expect(town.conversation("bob", id)).toMatchObject({ state: "active", headIndex: index });
      expect(town.epochs(["bob"], id)).toEqual(before);
      const carol = stateOf(town, "carol");
      expect([carol.conversations.size, carol.waiting.size]).toEqual([0, 0]);
    },
  );

  it("a key that is none, or not wanted, is not taken", async () => {
    const town = await createGroupBench(["alice", "bob"]);
    const members = [town.of("bob").account];
    const create = async (key?: Uint8Array): Promise<CommandResult> =>
      town.command("alice", { kind: "createGroup", name: "walks", members, ...(key && { key }) });
    expect(await create(new Uint8Array(32))).toMatchObject({ problem: "badKey", detail: "sample" });
    expect(await create(KEY.slice(1))).toMatchObject({ problem: "badKey", detail: "length" });
    const open = await create();
    if (!open.ok || open.conversation === undefined) throw new Error("no group");
    expect(await enter(town, "alice", open.conversation)).toMatchObject({ problem: "keyNotNeeded" });
    expect(town.conversation("bob", open.conversation)).toMatchObject({ state: "active" });
  });

  it("tells the server nothing of the key: its name stands in no frame, and in no two groups is it the same", async () => {
    const { town, id } = await openTown();
    const again = await town.command("alice", { kind: "createGroup", name: "walks", members: [], key: KEY });
    if (!again.ok || again.conversation === undefined) throw new Error("no group");
    const [first, second] = [id, again.conversation].map(
      (one) => town.conversation("alice", one).facts?.charter.keyId as Uint8Array,
    ) as [Uint8Array, Uint8Array];
    expect(bytesEqual(first, second)).toBe(false);
    expect(bytesEqual(first, KEY)).toBe(false);
  });
});
