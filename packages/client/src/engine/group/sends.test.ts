/** What can be sent in a group, and which way. */
import { expect, it } from "vitest";
import { manifestOf } from "../../testing/manifests.ts";
import type { GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";
import type { ConversationId } from "@sotto/protocol";

async function openTown(): Promise<{ town: GroupBench; id: ConversationId }> {
  const town = await createGroupBench(["alice", "bob", "carol"]);
  const members = [town.of("bob").account, town.of("carol").account];
  const opened = await town.command("alice", { kind: "createGroup", name: "walks", members });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  return { town, id: opened.conversation };
}

const textsOf = (town: GroupBench, name: string): readonly string[] =>
  town
    .of(name)
    .bench.events.flatMap((event) =>
      event.type === "message" && event.message.event === null ? [event.message.text] : [],
    );

it("a text comes to every member once, whatever way is chosen for pairs", async () => {
  const { town, id } = await openTown();
  await town.command("alice", { kind: "setDefaultPath", path: "direct" });
  await town.command("alice", { kind: "sendText", conversation: id, text: "hello", replyTo: null });
  await town.command("bob", { kind: "sendText", conversation: id, text: "hi", replyTo: null });
  for (const name of ["alice", "bob", "carol"]) {
    expect(textsOf(town, name).toSorted()).toEqual(["hello", "hi"]);
    const { bench } = town.of(name);
    expect(bench.engine.state.conversations.get(id)?.unread).toBe(name === "carol" ? 2 : 1);
    expect(bench.links).toEqual([]);
    expect(bench.engine.linkView(id)).toEqual({ state: "none", reason: "group" });
  }
});

it("no way is chosen for a group, and files are not sent in it", async () => {
  const { town, id: conversation } = await openTown();
  const chosen = await town.command("alice", { kind: "setPath", conversation, path: "direct" });
  expect(chosen).toMatchObject({ problem: "notAllowed" });
  const files = [manifestOf(1)];
  const sent = await town.command("alice", { kind: "sendFiles", conversation, text: "", files });
  expect(sent).toMatchObject({ problem: "filesInGroup" });
});

it("CON-3: nothing is sent while a member is shown with other keys, until the user has decided", async () => {
  const { town, id: conversation } = await openTown();
  const { state } = town.of("alice").bench.engine;
  const { account } = town.of("carol");
  const contact = state.contacts.get(account);
  if (contact === undefined) throw new Error("no contact");
  const text = { kind: "sendText", conversation, text: "hello", replyTo: null } as const;
  state.contacts.set(account, { ...contact, keysChanged: true });
  expect(await town.command("alice", text)).toMatchObject({ problem: "keysChanged" });
  state.contacts.set(account, { ...contact, state: "blocked", keysChanged: true });
  expect(await town.command("alice", text)).toMatchObject({ ok: true });
});

it("MLS-6: nothing goes out in an epoch that somebody has entered before the posts of earlier ones are answered", async () => {
  const { town, id: conversation } = await openTown();
  const { bench } = town.of("alice");
  const { state, live } = bench.engine;
  const write = (text: string): Promise<unknown> =>
    town.start("alice", { kind: "sendText", conversation, text, replyTo: null });
  const posts = (): number => bench.sent.filter(({ type }) => type === "post").length;
  await write("one");
  await write("two");
  expect(posts()).toBe(2);
  const record = state.conversations.get(conversation);
  if (record === undefined) throw new Error("no conversation");
  state.conversations.set(conversation, { ...record, base: 0, baseIndex: 0 });
  await write("three");
  await town.start("alice", { kind: "markRead", conversation });
  expect(posts()).toBe(2);
  const [first, second] = [...live.inflight.keys()] as [number, number];
  await bench.push({ type: "ok", requestId: first, number: 0 });
  expect(posts()).toBe(2);
  // The second was not taken: those who have come in get it, and the first is none of theirs.
  await bench.push({ type: "refused", requestId: second, code: "staleEpoch", index: 1 });
  await bench.feed({ type: "timer", name: "sent" });
  expect(state.conversations.get(conversation)).toMatchObject({ base: 1, baseIndex: 1 });
  expect(posts()).toBe(4);
});
