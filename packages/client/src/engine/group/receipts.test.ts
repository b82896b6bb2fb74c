/** MSG-6, MSG-8 in groups: a message has come as far as with the last of the members. */
import type { AccountId, ConversationId, MessageId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import type { GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";
import { decodeHistory } from "../records/history.ts";
import { TABLE } from "../records/table.ts";
import { marksAfter, withConfirmed } from "./watermarks.ts";

const RECEIPT_MS = 2000;

async function openTown(
  creator: string,
  others: readonly string[],
): Promise<{ town: GroupBench; id: ConversationId }> {
  const town = await createGroupBench([creator, ...others]);
  const members = others.map((name) => town.of(name).account);
  const opened = await town.command(creator, { kind: "createGroup", name: "walks", members });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  return { town, id: opened.conversation };
}

async function write(
  town: GroupBench,
  name: string,
  conversation: ConversationId,
  text = "hello",
): Promise<MessageId> {
  const sent = await town.command(name, { kind: "sendText", conversation, text, replyTo: null });
  if (!sent.ok || sent.message === undefined) throw new Error("not sent");
  return sent.message;
}

/** What was told of the message, in order. */
const statesOf = (town: GroupBench, name: string, message: MessageId): readonly string[] =>
  town
    .of(name)
    .bench.events.flatMap((event) => (event.type === "state" && event.id === message ? [event.state] : []));

const settledOf = (town: GroupBench, name: string): readonly (string | null | undefined)[] =>
  [...town.of(name).bench.disk.read(TABLE.history).values()]
    .map((bytes) => decodeHistory(bytes))
    .filter((record) => record?.event === null)
    .map((record) => record?.settled);

const outboxSize = (town: GroupBench, name: string, id: ConversationId): number =>
  town.of(name).bench.engine.state.outbox.get(id)?.size ?? 0;

describe("states of messages", () => {
  it("a message is delivered, and read, when the last member has it, and has read it", async () => {
    const { town, id } = await openTown("alice", ["bob", "carol"]);
    await town.goOffline("carol");
    const message = await write(town, "alice", id);
    await town.pass(RECEIPT_MS);
    expect(statesOf(town, "alice", message)).toEqual(["sent"]);
    await town.command("bob", { kind: "markRead", conversation: id });
    await town.pass(RECEIPT_MS);
    expect(statesOf(town, "alice", message)).toEqual(["sent"]);
    await town.goOnline("carol");
    await town.pass(RECEIPT_MS);
    expect(statesOf(town, "alice", message)).toEqual(["sent", "delivered"]);
    expect(outboxSize(town, "alice", id)).toBe(1);
    await town.command("carol", { kind: "markRead", conversation: id });
    await town.pass(RECEIPT_MS);
    expect(statesOf(town, "alice", message)).toEqual(["sent", "delivered", "read"]);
    expect(outboxSize(town, "alice", id)).toBe(0);
  });

  it("in a group of one everything is read as soon as the server has it", async () => {
    const { town, id } = await openTown("alice", []);
    const message = await write(town, "alice", id);
    await town.pass(RECEIPT_MS);
    expect(statesOf(town, "alice", message)).toEqual(["sent", "delivered", "read"]);
    expect(outboxSize(town, "alice", id)).toBe(0);
    await town.goOffline("alice");
    const waiting = await write(town, "alice", id, "to myself");
    expect(statesOf(town, "alice", waiting)).toEqual([]);
    expect(outboxSize(town, "alice", id)).toBe(1);
  });

  it("a message that many have overtaken is not waited for, and keeps its state", async () => {
    const { town, id } = await openTown("alice", ["bob", "carol"]);
    await town.goOffline("carol");
    const first = await write(town, "alice", id);
    for (let i = 0; i < 210; i++) {
      const text = `message ${i}`;
      await town.start("alice", { kind: "sendText", conversation: id, text, replyTo: null });
    }
    await town.settle();
    await town.pass(RECEIPT_MS);
    expect(outboxSize(town, "alice", id)).toBe(200);
    expect(settledOf(town, "alice").filter((state) => state === "sent")).toHaveLength(11);
    await town.goOnline("carol");
    await town.pass(RECEIPT_MS);
    expect(statesOf(town, "alice", first)).toEqual(["sent"]);
    expect(outboxSize(town, "alice", id)).toBe(200);
    await town.command("bob", { kind: "markRead", conversation: id });
    await town.command("carol", { kind: "markRead", conversation: id });
    await town.pass(2 * RECEIPT_MS);
    expect(outboxSize(town, "alice", id)).toBe(0);
  });

  it("in a group of more than 20 accounts nobody sends receipts, and messages end as sent", async () => {
    const others = Array.from({ length: 20 }, (_, i) => `member${i}`);
    const { town, id } = await openTown("alice", others);
    const message = await write(town, "alice", id);
    await town.command("member3", { kind: "markRead", conversation: id });
    await town.pass(2 * RECEIPT_MS);
    expect(statesOf(town, "alice", message)).toEqual(["sent"]);
    expect(settledOf(town, "alice")).toEqual(["sent"]);
    expect(outboxSize(town, "alice", id)).toBe(0);
    for (const name of others)
      expect(town.of(name).bench.engine.state.conversations.get(id)?.streams).toMatchObject([{ high: 1 }]);
    expect(town.of("alice").entries.filter(({ type }) => type === "message")).toEqual([]);
  });
});

describe("watermarks", () => {
  const [alice, bob, carol] = [1, 2, 3].map((value) => idOf<AccountId>(new Uint8Array(16).fill(value))) as [
    AccountId,
    AccountId,
    AccountId,
  ];
  const charter = { name: "walks", owner: alice, admins: [], keyId: null, room: false };
  const facts = { kind: "group", charter, members: [alice, bob], confirmed: [] } as const;

  it("MSG-7: a receipt confirms no more than there is, and takes nothing back", () => {
    const once = withConfirmed(facts, { account: bob, delivered: 9, read: 12 }, 5);
    expect(once.confirmed).toEqual([{ account: bob, delivered: 5, read: 5 }]);
    expect(withConfirmed(once, { account: bob, delivered: 3, read: 0 }, 5).confirmed).toEqual(once.confirmed);
  });

  it("who comes later counts from then on, and who has gone does not count", () => {
    const confirmed = [{ account: bob, delivered: 3, read: 2 }];
    const conversation = { facts: { ...facts, confirmed }, lastCounter: 5 };
    expect(marksAfter(conversation, [alice, bob, carol])).toEqual([
      ...confirmed,
      { account: carol, delivered: 5, read: 5 },
    ]);
    expect(marksAfter(conversation, [alice, carol])).toEqual([{ account: carol, delivered: 5, read: 5 }]);
    expect(marksAfter({ facts, lastCounter: 5 }, [alice, bob])).toEqual([]);
  });
});
