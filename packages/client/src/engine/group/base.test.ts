/** MLS-6, MSG-9, MSG-10: what those who come into a group get of the streams of those who are there, and what their coming and going does to states. */
import type { ConversationId, MessageId } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import type { GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";

const RECEIPT_MS = 2000;
const NAMES = ["alice", "bob", "carol", "dave"] as const;

/** Bob's group, with alice and carol. */
async function openTown(): Promise<{ town: GroupBench; id: ConversationId }> {
  const town = await createGroupBench(NAMES);
  const members = [town.of("alice").account, town.of("carol").account];
  const opened = await town.command("bob", { kind: "createGroup", name: "walks", members });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  return { town, id: opened.conversation };
}

async function write(
  town: GroupBench,
  name: string,
  conversation: ConversationId,
  text: string,
): Promise<MessageId> {
  const sent = await town.command(name, { kind: "sendText", conversation, text, replyTo: null });
  if (!sent.ok || sent.message === undefined) throw new Error("not sent");
  return sent.message;
}

async function change(
  town: GroupBench,
  kind: "addMembers" | "removeMembers",
  conversation: ConversationId,
  name: string,
): Promise<void> {
  const accounts = [town.of(name).account];
  expect(await town.command("bob", { kind, conversation, accounts })).toMatchObject({ ok: true });
  await town.pass(RECEIPT_MS);
}

/** Texts of others, in the order in which they were shown. */
const shownTo = (town: GroupBench, name: string): readonly string[] =>
  town
    .of(name)
    .bench.events.flatMap((event) =>
      event.type === "message" && event.message.event === null && !event.message.mine
        ? [event.message.text]
        : [],
    );

const statesOf = (town: GroupBench, name: string, message: MessageId): readonly string[] =>
  town
    .of(name)
    .bench.events.flatMap((event) => (event.type === "state" && event.id === message ? [event.state] : []));

function expectNoGaps(town: GroupBench, id: ConversationId): void {
  for (const name of NAMES) {
    expect(town.changes(name, id)).not.toContain("gap");
    expect(town.changes(name, id)).not.toContain("unreadable");
  }
}

describe("somebody comes in", () => {
  it("and gets what is sent from then on, without a gap", async () => {
    const { town, id } = await openTown();
    for (const text of ["one", "two", "three"]) await write(town, "alice", id, text);
    await change(town, "addMembers", id, "dave");
    await write(town, "alice", id, "four");
    await write(town, "carol", id, "five");
    expect(town.conversation("alice", id)).toMatchObject({ base: 3, baseIndex: 2 });
    expect(town.conversation("carol", id)).toMatchObject({ base: 0, baseIndex: 2 });
    expect(shownTo(town, "dave")).toEqual(["four", "five"]);
    expectNoGaps(town, id);
  });

  it("and sees that something was dropped, from the first message on", async () => {
    const { town, id } = await openTown();
    for (const text of ["one", "two"]) await write(town, "alice", id, text);
    await change(town, "addMembers", id, "dave");
    await town.goOffline("dave");
    await write(town, "alice", id, "three");
    const { entries } = town.of("dave");
    expect(entries.splice(-1)).toMatchObject([{ type: "message" }]);
    await write(town, "alice", id, "four");
    await town.goOnline("dave");
    expect(shownTo(town, "dave")).toEqual(["four"]);
    expect(town.changes("dave", id)).toContain("gap");
  });

  it("and sees that its first messages were dropped, also when somebody has come in since", async () => {
    const { town, id } = await openTown();
    for (const text of ["one", "two"]) await write(town, "alice", id, text);
    await change(town, "removeMembers", id, "carol");
    await change(town, "addMembers", id, "dave");
    await town.goOffline("dave");
    await write(town, "alice", id, "three");
    const { entries } = town.of("dave");
    // The text, and a receipt for it.
    expect(entries.splice(1)).toMatchObject([{ type: "message" }, { type: "message" }]);
    await change(town, "addMembers", id, "carol");
    const message = await write(town, "alice", id, "four");
    await town.goOnline("dave");
    await town.pass(2 * RECEIPT_MS);
    expect(shownTo(town, "dave")).toEqual(["four"]);
    expect(town.changes("dave", id)).toContain("gap");
    expect(town.changes("carol", id)).not.toContain("gap");
    expect(statesOf(town, "alice", message)).toEqual(["sent"]);
  });

  it("and takes nothing for dropped that was said before its time, whoever has come in since", async () => {
    const { town, id } = await openTown();
    for (const text of ["one", "two"]) await write(town, "alice", id, text);
    await change(town, "removeMembers", id, "carol");
    await change(town, "addMembers", id, "dave");
    await change(town, "addMembers", id, "carol");
    const message = await write(town, "alice", id, "three");
    await town.pass(2 * RECEIPT_MS);
    for (const name of ["dave", "carol"]) expect(shownTo(town, name).slice(-1)).toEqual(["three"]);
    expectNoGaps(town, id);
    expect(statesOf(town, "alice", message)).toEqual(["sent", "delivered"]);
  });

  it("and gets what was on its way and had no place before", async () => {
    const { town, id } = await openTown();
    await write(town, "alice", id, "one");
    await town.start("alice", { kind: "sendText", conversation: id, text: "two", replyTo: null });
    const accounts = [town.of("dave").account];
    await town.start("bob", { kind: "addMembers", conversation: id, accounts });
    await town.pass(RECEIPT_MS);
    await write(town, "alice", id, "three");
    expect(town.conversation("alice", id)).toMatchObject({ base: 1, headIndex: 2 });
    expect(shownTo(town, "dave")).toEqual(["two", "three"]);
    expect(shownTo(town, "carol")).toEqual(["one", "two", "three"]);
    expectNoGaps(town, id);
  });

  it("and gets what the server had, too, if its answer was lost; the others have it once", async () => {
    const { town, id } = await openTown();
    await write(town, "alice", id, "one");
    const { bench } = town.of("alice");
    await town.start("alice", { kind: "sendText", conversation: id, text: "two", replyTo: null });
    const [post] = bench.sent.splice(0).filter((frame) => frame.type === "post");
    if (post?.type !== "post") throw new Error("no post");
    const { group, index, ciphertext } = post;
    for (const name of ["bob", "carol"]) town.deliver(name, { type: "message", group, index, ciphertext });
    await town.goOffline("alice");
    await change(town, "addMembers", id, "dave");
    await town.goOnline("alice");
    await write(town, "alice", id, "three");
    expect(shownTo(town, "dave")).toEqual(["two", "three"]);
    for (const name of ["bob", "carol"]) expect(shownTo(town, name)).toEqual(["one", "two", "three"]);
    expectNoGaps(town, id);
  });

  it("and is not waited for by messages of before", async () => {
    const { town, id } = await openTown();
    const before = await write(town, "alice", id, "one");
    await change(town, "addMembers", id, "dave");
    await town.goOffline("dave");
    const after = await write(town, "alice", id, "two");
    for (const name of ["bob", "carol"]) await town.command(name, { kind: "markRead", conversation: id });
    await town.pass(2 * RECEIPT_MS);
    expect(statesOf(town, "alice", before)).toEqual(["sent", "delivered", "read"]);
    expect(statesOf(town, "alice", after)).toEqual(["sent"]);
    await town.goOnline("dave");
    await town.pass(RECEIPT_MS);
    expect(statesOf(town, "alice", after)).toEqual(["sent", "delivered"]);
  });
});

describe("somebody is put in anew, because the server had lost it", () => {
  it("and what it had sent keeps its state, what waited goes out, and nobody has anything twice", async () => {
    const { town, id } = await openTown();
    await town.goOffline("carol");
    const sent = await write(town, "alice", id, "one");
    await town.goOffline("alice");
    const waiting = await write(town, "alice", id, "two");
    const { group } = town.conversation("bob", id);
    if (group === null) throw new Error("no group");
    const { mailbox } = town.of("alice");
    town.groups.get(group)?.list.delete(mailbox);
    town.deliver("bob", { type: "departed", group, mailbox });
    await town.settle();
    await town.pass(60 * 60_000);
    expect(town.conversation("bob", id).headIndex).toBeGreaterThan(1);
    for (const name of ["alice", "carol"]) await town.goOnline(name);
    await town.pass(10 * RECEIPT_MS);
    for (const name of ["bob", "carol"]) expect(shownTo(town, name)).toEqual(["one", "two"]);
    expect(statesOf(town, "alice", sent)).toEqual(["sent"]);
    expect(statesOf(town, "alice", waiting)).toEqual(["sent", "delivered"]);
    expectNoGaps(town, id);
  });
});

describe("somebody goes", () => {
  it("and is not waited for any more", async () => {
    const { town, id } = await openTown();
    await town.goOffline("carol");
    const message = await write(town, "alice", id, "one");
    await town.command("bob", { kind: "markRead", conversation: id });
    await town.pass(RECEIPT_MS);
    expect(statesOf(town, "alice", message)).toEqual(["sent"]);
    await change(town, "removeMembers", id, "carol");
    expect(statesOf(town, "alice", message)).toEqual(["sent", "delivered", "read"]);
  });

  it("and what the server did not have of its own messages has failed, the others keep their state", async () => {
    const { town, id } = await openTown();
    const sent = await write(town, "carol", id, "one");
    await town.goOffline("carol");
    const waiting = await write(town, "carol", id, "two");
    await change(town, "removeMembers", id, "carol");
    await town.goOnline("carol");
    expect(statesOf(town, "carol", sent)).not.toContain("failed");
    expect(statesOf(town, "carol", waiting)).toEqual(["failed"]);
  });
});
