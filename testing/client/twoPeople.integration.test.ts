/** Two people, each with one device, over a real server: from registering to a message that has been read. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConversationId } from "@sotto/protocol";
import type { ClientEvent, Sotto } from "sotto";
import type { World } from "./world.ts";
import { nextEvent, openWorld, until } from "./world.ts";

describe("alice and bob", () => {
  let world: World;
  let alice: Sotto;
  let bob: Sotto;
  /** Theirs, from the first test on. */
  let id: ConversationId;
  const aliceEvents: ClientEvent[] = [];

  beforeAll(async () => {
    world = await openWorld();
    [alice, bob] = await Promise.all([world.register("alice"), world.register("bob")]);
    alice.on((event) => aliceEvents.push(event));
    await Promise.all([alice, bob].map((sotto) => until(sotto, () => sotto.connection === "online")));
  });
  afterAll(() => world.close());

  test("a request with a text arrives; nothing else does before it is accepted", async () => {
    const arrived = nextEvent(bob, "contact", ({ state }) => state === "incoming");
    const contact = await alice.contacts.add("bob", "Hello, it is alice");
    expect(contact).toMatchObject({ userName: "bob", state: "outgoing", pinned: true, online: false });
    expect(await arrived).toMatchObject({ userName: "alice" });
    id = contact.conversation;
    expect(bob.conversations.withUser("alice")).toMatchObject({
      id,
      kind: "pair",
      name: "alice",
      state: "pending",
    });
    await until(bob, () => bob.conversations.withUser("alice")?.lastMessage !== undefined);
    expect(bob.conversations.withUser("alice")?.lastMessage).toMatchObject({
      text: "Hello, it is alice",
      mine: false,
    });
    await expect(bob.messages.send(id, "too early")).rejects.toMatchObject({ code: "notContact" });
    await expect(alice.contacts.add("alice")).rejects.toMatchObject({ code: "self" });
    await expect(alice.contacts.add("nobody.here")).rejects.toMatchObject({ code: "userUnknown" });
  });

  test("both see the same safety number, and another with somebody else", async () => {
    const number = await alice.contacts.safetyNumber("bob");
    expect(number).toMatch(/^(\d{5} ){11}\d{5}$/);
    expect(await bob.contacts.safetyNumber("alice")).toBe(number);
  });

  test("after acceptance messages go both ways, up to read", async () => {
    const accepted = nextEvent(alice, "contact", ({ state }) => state === "accepted");
    await bob.contacts.accept("alice");
    await accepted;

    const atBob = nextEvent(bob, "message", ({ message }) => message.text === "How are you?");
    const sent = await alice.messages.send(id, "How are you?");
    const states: string[] = [];
    const followed = (async () => {
      for await (const state of sent.states()) states.push(state);
    })();
    const { message } = await atBob;
    expect(message).toMatchObject({
      id: sent.id,
      conversation: id,
      mine: false,
      path: "relay",
      replyTo: null,
    });
    await sent.reached("delivered");
    await bob.conversations.markRead(id);
    await sent.reached("read");
    await followed;
    expect(states[0]).toBe("sending");
    expect(states.at(-1)).toBe("read");

    expect(await alice.messages.findOwn(id, sent.id)).toMatchObject({ text: "How are you?", state: "read" });
    expect(await bob.messages.findOwn(id, sent.id)).toBeUndefined();

    const atAlice = nextEvent(alice, "message", (event) => !event.message.mine);
    const answer = await bob.messages.send(id, "Well, thank you", { replyTo: sent.id });
    expect((await atAlice).message).toMatchObject({
      id: answer.id,
      text: "Well, thank you",
      replyTo: sent.id,
    });
    await answer.reached("delivered");
  });

  test("each sees the other online, and the unread count of what came", async () => {
    await until(alice, () => alice.contacts.list()[0]?.online === true);
    expect(alice.conversations.withUser("bob")?.unread).toBe(1);
    await alice.conversations.markRead(id);
    expect(alice.conversations.withUser("bob")?.unread).toBe(0);
  });

  test("the history is paged by message, oldest first", async () => {
    const all = await alice.messages.list(id);
    expect(all.map(({ text }) => text)).toEqual(["Hello, it is alice", "How are you?", "Well, thank you"]);
    expect(await alice.messages.list(id, { limit: 1 })).toEqual(all.slice(-1));
    const [first, second, third] = all.map((message) => message.id);
    if (first === undefined || third === undefined) throw new Error("the history is too short");
    expect(await alice.messages.list(id, { before: third, limit: 1 })).toMatchObject([{ id: second }]);
    expect(await alice.messages.list(id, { before: first })).toEqual([]);
  });

  test("a client that starts again has everything and receives what came meanwhile", async () => {
    await bob.close();
    const meanwhile = await alice.messages.send(id, "While you were away");
    await meanwhile.reached("sent");
    bob = world.keep(await world.home("bob").open());
    await until(bob, () => bob.conversations.get(id)?.lastMessage?.text === "While you were away");
    await meanwhile.reached("delivered");
    expect((await bob.messages.list(id)).map(({ text }) => text)).toEqual([
      "Hello, it is alice",
      "How are you?",
      "Well, thank you",
      "While you were away",
    ]);
    const back = await bob.messages.send(id, "Back again");
    await back.reached("delivered");
  });

  test("keys are renewed on demand, and messages go on", async () => {
    const renewed = nextEvent(bob, "conversation", ({ change }) => change === "keysRenewed");
    await alice.conversations.renewKeys(id);
    await renewed;
    await (await bob.messages.send(id, "In the new epoch")).reached("delivered");
  });

  test("a closed client refuses, and its handles and events end", async () => {
    const closed = await world.register("alice.closes");
    const events = closed.events();
    await closed.close();
    for (const refused of [
      closed.contacts.add("bob"),
      closed.messages.list(id),
      closed.logout(),
      closed.deleteAccount("irrelevant"),
    ]) {
      await expect(refused).rejects.toMatchObject({ code: "closed" });
    }
    for await (const event of events) expect(event.type).toBe("connection");
  });

  test("a whole afternoon gave no sign of trouble", () => {
    const trouble = ["gap", "unreadable", "fork", "refusedHandshake", "undecided", "keysChanged"];
    expect(
      aliceEvents.filter((event) => event.type === "conversation" && trouble.includes(event.change)),
    ).toEqual([]);
  });

  test("CON-5: what is written right after accepting waits for the acceptance", async () => {
    const carol = await world.register("carol");
    const asked = nextEvent(
      alice,
      "contact",
      ({ userName, state }) => userName === "carol" && state === "incoming",
    );
    await until(carol, () => carol.connection === "online");
    await carol.contacts.add("alice");
    await asked;
    await alice.contacts.accept("carol");
    const conversation = alice.conversations.withUser("carol")?.id as ConversationId;
    const sent = await alice.messages.send(conversation, "At once");
    await sent.reached("delivered");
    expect(carol.conversations.withUser("alice")?.lastMessage).toMatchObject({
      text: "At once",
      mine: false,
    });
  });
});
