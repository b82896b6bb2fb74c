/** Groups over a real server, with real devices of the SDK: made, talked in, changed, left, and gone on with after a restart. */
import { randomBytes } from "node:crypto";
import type { ConversationId } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Conversation, GroupEvent, Sotto, StoredMessage } from "sotto";
import type { World } from "./world.ts";
import { nextEvent, openWorld, until } from "./world.ts";

describe("M5: a group", () => {
  let world: World;
  let alice: Sotto;
  let bob: Sotto;
  let carol: Sotto;
  let dave: Sotto;
  let id: ConversationId;

  beforeAll(async () => {
    world = await openWorld();
    alice = await world.register("alice");
    bob = await world.register("bob");
    carol = await world.register("carol");
    dave = await world.register("dave");
    await Promise.all(
      [alice, bob, carol, dave].map((sotto) => until(sotto, () => sotto.connection === "online")),
    );
    for (const [a, b] of [
      [alice, bob],
      [alice, carol],
      [bob, dave],
    ] as const)
      await becomeContacts(a, b);
  });
  afterAll(() => world.close());

  const group = (sotto: Sotto): Conversation => {
    const found = sotto.conversations.get(id);
    if (found === undefined) throw new Error(`${sotto.userName} is in no such group`);
    return found;
  };
  const roles = (sotto: Sotto): string[] =>
    group(sotto).roster.map(({ userName, role }) => `${userName} ${role}`);
  const lines = async (sotto: Sotto): Promise<string[]> =>
    (await sotto.messages.list(id)).map(({ text, event }) => (event === null ? text : event.kind));
  const shows = (sotto: Sotto, expected: readonly string[]): Promise<unknown> =>
    until(sotto, () => roles(sotto).join() === expected.join());

  async function becomeContacts(a: Sotto, b: Sotto): Promise<void> {
    const asked = nextEvent(
      b,
      "contact",
      ({ userName, state }) => userName === a.userName && state === "incoming",
    );
    await a.contacts.add(b.userName);
    await asked;
    const accepted = nextEvent(
      a,
      "contact",
      ({ userName, state }) => userName === b.userName && state === "accepted",
    );
    await b.contacts.accept(a.userName);
    await accepted;
  }

  const arrival = (sotto: Sotto, text: string): Promise<{ message: StoredMessage }> =>
    nextEvent(sotto, "message", ({ message }) => message.conversation === id && message.text === text);
  const happening = (sotto: Sotto, kind: GroupEvent["kind"]): Promise<{ message: StoredMessage }> =>
    nextEvent(sotto, "message", ({ message }) => message.conversation === id && message.event?.kind === kind);

  async function says(from: Sotto, to: readonly Sotto[], text: string): Promise<void> {
    const arrivals = to.map((sotto) => arrival(sotto, text));
    await from.messages.send(id, text);
    for (const { message } of await Promise.all(arrivals))
      expect(message).toMatchObject({ from: from.account, mine: false, path: "relay" });
  }

  test("is made with contacts, who are in it at once and know its name, each other and their roles", async () => {
    const created = [bob, carol].map((sotto) =>
      nextEvent(
        sotto,
        "conversation",
        ({ change, conversation }) =>
          change === "created" && sotto.conversations.get(conversation)?.kind === "group",
      ),
    );
    ({ id } = await alice.groups.create("Sunday walks", ["bob", "carol"]));
    await Promise.all(created);
    for (const sotto of [alice, bob, carol]) {
      expect(group(sotto)).toMatchObject({
        kind: "group",
        name: "Sunday walks",
        state: "active",
        peer: undefined,
      });
      await shows(sotto, ["alice owner", "bob member", "carol member"]);
    }
    expect([group(alice).role, group(bob).role]).toEqual(["owner", "member"]);
    // No contact, but a member: the name is known, and nothing else follows from it.
    expect(bob.contacts.list().map(({ userName }) => userName)).toEqual(["alice", "dave"]);
  });

  test("everybody hears everybody, in order", async () => {
    await says(alice, [bob, carol], "hello both");
    await says(bob, [alice, carol], "hello from bob");
    await says(carol, [alice, bob], "hello from carol");
    const all = ["hello both", "hello from bob", "hello from carol"];
    for (const sotto of [alice, bob, carol]) expect((await lines(sotto)).slice(-3)).toEqual(all);
  });

  test("a message is delivered and read when all say so", async () => {
    const handle = await alice.messages.send(id, "who has this?");
    await handle.reached("delivered");
    await bob.conversations.markRead(id);
    await carol.conversations.markRead(id);
    await handle.reached("read");
  });

  test("members may not put somebody in; an admin may, with a contact of her own", async () => {
    await expect(bob.groups.add(id, ["dave"])).rejects.toMatchObject({ code: "notAllowed" });
    await alice.groups.setRole(id, "bob", "admin");
    for (const sotto of [alice, bob, carol]) await shows(sotto, ["alice owner", "bob admin", "carol member"]);
    const put = happening(dave, "added");
    await bob.groups.add(id, ["dave"]);
    expect((await put).message.from).toBe(bob.account);
    for (const sotto of [alice, bob, carol, dave])
      await shows(sotto, ["alice owner", "bob admin", "carol member", "dave member"]);
    await says(dave, [alice, bob, carol], "hello from dave");
    await says(alice, [bob, carol, dave], "welcome, dave");
    // What was said before is not dave's.
    expect(await lines(dave)).toEqual(["added", "hello from dave", "welcome, dave"]);
  });

  test("is named anew by an admin, for all", async () => {
    const told = [alice, carol, dave].map((sotto) => happening(sotto, "renamed"));
    await bob.groups.rename(id, "Sunday runs");
    for (const { message } of await Promise.all(told)) {
      expect(message.event).toEqual({ kind: "renamed", name: "Sunday runs" });
    }
    for (const sotto of [alice, bob, carol, dave])
      await until(sotto, () => group(sotto).name === "Sunday runs");
    await expect(carol.groups.rename(id, "mine")).rejects.toMatchObject({ code: "notAllowed" });
    await expect(alice.groups.rename(id, " ")).rejects.toMatchObject({ code: "badName" });
  });

  test("who is removed is out at once, and hears nothing any more", async () => {
    const ended = nextEvent(
      carol,
      "conversation",
      ({ change, conversation }) => change === "ended" && conversation === id,
    );
    await bob.groups.remove(id, ["carol"]);
    await ended;
    for (const sotto of [alice, bob, dave]) await shows(sotto, ["alice owner", "bob admin", "dave member"]);
    await says(alice, [bob, dave], "without carol");
    expect(group(carol)).toMatchObject({ state: "ended", roster: [], role: undefined });
    await expect(carol.messages.send(id, "hello?")).rejects.toMatchObject({ code: "conversationEnded" });
    expect(await lines(carol)).not.toContain("without carol");
    // Who has been in it with others keeps their names for what they said.
    expect(carol.people).toContainEqual({ account: dave.account, userName: "dave" });
  });

  test("changes from two at once both come true", async () => {
    await Promise.all([alice.groups.rename(id, "by alice"), bob.groups.remove(id, ["dave"])]);
    for (const sotto of [alice, bob]) {
      await shows(sotto, ["alice owner", "bob admin"]);
      await until(sotto, () => group(sotto).name === "by alice" && !group(sotto).changing);
    }
    await says(alice, [bob], "we two");
  });

  test("somebody who was removed is put in again", async () => {
    const back = happening(carol, "added");
    await alice.groups.add(id, ["carol"]);
    await back;
    for (const sotto of [alice, bob, carol]) await shows(sotto, ["alice owner", "bob admin", "carol member"]);
    await says(carol, [alice, bob], "here again");
  });

  test("who was away catches up with what was said and changed, and says what it wrote meanwhile", async () => {
    await carol.close();
    await alice.groups.rename(id, "while carol sleeps");
    await until(alice, () => group(alice).name === "while carol sleeps");
    await alice.messages.send(id, "are you there?");
    await bob.conversations.renewKeys(id);
    await (await bob.messages.send(id, "she sleeps")).reached("sent");
    carol = world.keep(await world.home("carol").open());
    await until(carol, () => group(carol).name === "while carol sleeps");
    await says(carol, [alice, bob], "awake");
    expect((await lines(carol)).slice(-4)).toEqual(["renamed", "are you there?", "she sleeps", "awake"]);
  });

  test("is handed over, and left by who had it", async () => {
    await expect(alice.groups.leave(id)).rejects.toMatchObject({ code: "ownerLeaves" });
    await alice.groups.setRole(id, "bob", "owner");
    for (const sotto of [alice, bob, carol]) await shows(sotto, ["bob owner", "alice admin", "carol member"]);
    const left = [bob, carol].map((sotto) => happening(sotto, "left"));
    await alice.groups.leave(id);
    for (const { message } of await Promise.all(left)) expect(message.from).toBe(alice.account);
    for (const sotto of [bob, carol]) await shows(sotto, ["bob owner", "carol member"]);
    expect(group(alice).state).toBe("ended");
    await says(bob, [carol], "without alice");
  });

  test("M7: one with a key waits for it over the real server, and what was said meanwhile comes with it", async () => {
    const key = randomBytes(32).toString("hex");
    const asked = nextEvent(bob, "conversation", ({ change }) => change === "needsKey");
    const { id: locked } = await alice.groups.create("locked", ["bob"], { key });
    expect((await asked).conversation).toBe(locked);
    expect(bob.conversations.get(locked)).toMatchObject({ state: "needsKey", hasKey: true });
    await (await alice.messages.send(locked, "before the key")).reached("sent");
    const wrong = randomBytes(32).toString("hex");
    await expect(bob.groups.setKey(locked, wrong)).rejects.toMatchObject({ code: "wrongKey" });
    await expect(bob.groups.setKey(locked, "0".repeat(64))).rejects.toMatchObject({ code: "badKey" });
    const arrived = nextEvent(bob, "message", ({ message }) => message.text === "before the key");
    await bob.groups.setKey(locked, key);
    await arrived;
    expect(bob.conversations.get(locked)).toMatchObject({ name: "locked", state: "active", hasKey: true });
    const answered = nextEvent(alice, "message", ({ message }) => message.text === "behind it");
    await bob.messages.send(locked, "behind it");
    await answered;
  });
});
