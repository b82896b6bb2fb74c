/** Presence between contacts over a real server: seen, hidden at once and both ways, kept, and carried by a move. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sotto } from "sotto";
import type { World } from "./world.ts";
import { PASSWORD, nextEvent, openWorld, until } from "./world.ts";

describe("RLY-17, RLY-22: presence", () => {
  let world: World;
  let alice: Sotto;
  let bob: Sotto;

  beforeAll(async () => {
    world = await openWorld();
    [alice, bob] = await Promise.all([world.register("alice"), world.register("bob")]);
    await Promise.all([alice, bob].map((sotto) => until(sotto, () => sotto.connection === "online")));
    const asked = nextEvent(bob, "contact", ({ state }) => state === "incoming");
    await alice.contacts.add("bob");
    await asked;
    await bob.contacts.accept("alice");
    await Promise.all([seen(alice, true), seen(bob, true)]);
  });
  afterAll(() => world.close());

  /** The one contact is seen online, or not. */
  const seen = (sotto: Sotto, online: boolean): Promise<void> =>
    until(sotto, () => sotto.contacts.list()[0]?.online === online);

  async function delivered(from: Sotto, text: string): Promise<void> {
    const [conversation] = from.conversations.list();
    if (conversation === undefined) throw new Error("there is no conversation");
    await (await from.messages.send(conversation.id, text)).reached("delivered");
  }

  test("hidden at once, both ways, while messages go on; and shown again", async () => {
    await alice.setPresenceHidden(true);
    await Promise.all([seen(bob, false), seen(alice, false)]);
    await delivered(alice, "nobody sees me");
    await delivered(bob, "I write all the same");
    expect([alice.presenceHidden, bob.contacts.list()[0]?.online]).toEqual([true, false]);
    await alice.setPresenceHidden(false);
    await Promise.all([seen(bob, true), seen(alice, true)]);
  });

  test("a device that hides comes back hidden", async () => {
    await alice.setPresenceHidden(true);
    await seen(bob, false);
    await alice.close();
    const shown: boolean[] = [];
    const stop = bob.on((event) => void (event.type === "presence" && shown.push(event.online)));
    alice = world.keep(await world.home("alice").open());
    await delivered(bob, "are you there?");
    stop();
    expect([alice.presenceHidden, shown, alice.contacts.list()[0]?.online]).toEqual([true, [], false]);
  });

  test("the setting moves with the account", async () => {
    await until(alice, () => alice.connection === "online");
    // Closing waits until the vault has it.
    await alice.close();
    const signIn = { server: world.server.url, userName: "alice", password: PASSWORD, move: true };
    alice = world.keep(await world.home("alice-elsewhere").login(signIn));
    expect(alice.presenceHidden).toBe(true);
    await until(alice, () => alice.conversations.list()[0]?.state === "active");
    await delivered(bob, "on your new device?");
    expect(bob.contacts.list()[0]?.online).toBe(false);
    await alice.setPresenceHidden(false);
    await Promise.all([seen(bob, true), seen(alice, true)]);
  });
});
