/** Rooms with a password over a real server, with real devices of the SDK: made, entered while their maker is away, and closed to who was put out. */
import type { ConversationId } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Conversation, Invitation, Sotto } from "sotto";
import type { World } from "./world.ts";
import { openWorld, until } from "./world.ts";

describe("C1: a room with a password", () => {
  let world: World;
  let alice: Sotto;
  let bob: Sotto;
  let carol: Sotto;
  let dave: Sotto;
  let erin: Sotto;
  let id: ConversationId;
  let first: Invitation;

  beforeAll(async () => {
    world = await openWorld();
    for (const name of ["alice", "bob", "carol", "dave", "erin"]) {
      const sotto = await world.register(name);
      await until(sotto, () => sotto.connection === "online");
      if (name === "alice") alice = sotto;
      else if (name === "bob") bob = sotto;
      else if (name === "carol") carol = sotto;
      else if (name === "dave") dave = sotto;
      else erin = sotto;
    }
  });
  afterAll(() => world.close());

  const room = (sotto: Sotto): Conversation => {
    const found = sotto.conversations.get(id);
    if (found === undefined) throw new Error(`${sotto.userName} is in no such room`);
    return found;
  };
  const shows = (sotto: Sotto, ...names: readonly string[]): Promise<unknown> =>
    until(sotto, () => room(sotto).members.join() === names.join());
  const lines = async (sotto: Sotto): Promise<string[]> =>
    (await sotto.messages.list(id)).map(({ text, event }) => (event === null ? text : event.kind));
  const hears = async (sotto: Sotto, text: string): Promise<void> => {
    while (!(await lines(sotto)).includes(text))
      await until(sotto, () => room(sotto).lastMessage?.text === text);
  };
  const invitationBehind = async (sotto: Sotto, before: Invitation): Promise<Invitation> => {
    for (;;) {
      const now = await sotto.rooms.invitation(id);
      if (now !== null && now.code !== before.code) return now;
      await new Promise<void>((resolve) => {
        const stop = sotto.on((event) => {
          if (event.type !== "conversation" || event.change !== "invitationChanged") return;
          stop();
          resolve();
        });
      });
    }
  };

  test("is entered by link and password while its maker is offline", async () => {
    const made = await alice.rooms.create({ name: "Night watch" });
    ({ id } = made.conversation);
    first = made.invitation;
    expect(made.conversation).toMatchObject({ kind: "room", name: "Night watch", role: "owner" });
    expect(first.linkRequired).toBe(true);
    await (await alice.messages.send(id, "before bob")).reached("sent");
    await alice.close();
    const entered = await bob.rooms.join({ link: first.link, password: first.password.toUpperCase() });
    expect(entered).toMatchObject({ id, kind: "room", name: "Night watch", role: "member" });
    await (await bob.messages.send(id, "anybody awake?")).reached("sent");
    alice = world.keep(await world.home("alice").open());
    await hears(alice, "anybody awake?");
    await shows(alice, "alice", "bob");
    await alice.messages.send(id, "I am now");
    await hears(bob, "I am now");
    // Nothing of before is bob's.
    expect(await lines(bob)).toEqual(["entered", "anybody awake?", "I am now"]);
    expect((await lines(alice)).slice(-3)).toEqual(["entered", "anybody awake?", "I am now"]);
    expect(await bob.rooms.invitation(id)).toEqual(first);
  });

  test.each([
    ["a wrong password", () => ({ link: first.link, password: "not the password" })],
    ["the code alone, where the link is required", () => ({ code: first.code, password: first.password })],
    ["a code that no room has", () => ({ code: "0000-0000-0000", password: first.password })],
  ])("is not entered with %s", async (_, entry) => {
    await expect(carol.rooms.join(entry())).rejects.toMatchObject({ code: "wrongRoomPassword" });
    expect(carol.conversations.get(id)).toBeUndefined();
  });

  test("is entered by code and password where the link is not required", async () => {
    const renewed = await alice.rooms.renewInvitation(id, { linkRequired: false });
    expect(renewed.linkRequired).toBe(false);
    await expect(carol.rooms.join({ link: first.link, password: first.password })).rejects.toMatchObject({
      code: "wrongRoomPassword",
    });
    expect(await invitationBehind(bob, first)).toEqual(renewed);
    await carol.rooms.join({ code: renewed.code, password: renewed.password });
    for (const sotto of [alice, bob, carol]) await shows(sotto, "alice", "bob", "carol");
    first = renewed;
  });

  test("who is removed does not come back: the invitation is another one, and members have it", async () => {
    await alice.groups.remove(id, ["carol"]);
    for (const sotto of [alice, bob]) await shows(sotto, "alice", "bob");
    const now = await invitationBehind(bob, first);
    expect(await invitationBehind(alice, first)).toEqual(now);
    expect(now.password).not.toBe(first.password);
    await until(carol, () => carol.conversations.get(id)?.state === "ended");
    await expect(carol.rooms.join({ code: first.code, password: first.password })).rejects.toMatchObject({
      code: "wrongRoomPassword",
    });
    first = now;
  });

  test("two enter at once", async () => {
    const entry = { link: first.link, password: first.password };
    await Promise.all([dave, erin].map((sotto) => sotto.rooms.join(entry)));
    for (const sotto of [alice, bob, dave, erin]) await shows(sotto, "alice", "bob", "dave", "erin");
    await dave.messages.send(id, "hello from dave");
    await erin.messages.send(id, "hello from erin");
    for (const sotto of [alice, bob, erin]) await hears(sotto, "hello from dave");
    for (const sotto of [alice, bob, dave]) await hears(sotto, "hello from erin");
  });
});
