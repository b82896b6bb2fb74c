/** A member who moves to another device: the group follows by the hand of a contact, whoever else tries first. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sotto } from "sotto";
import type { World } from "./world.ts";
import { nextEvent, openWorld, PASSWORD, until } from "./world.ts";

let world: World;
let alice: Sotto;
let bob: Sotto;
let carol: Sotto;

beforeAll(async () => {
  world = await openWorld();
  alice = await world.register("alice");
  bob = await world.register("bob");
  carol = await world.register("carol");
  for (const sotto of [alice, bob, carol]) await until(sotto, () => sotto.connection === "online");
  for (const other of [bob, carol]) {
    const asked = nextEvent(other, "contact", ({ state }) => state === "incoming");
    await alice.contacts.add(other.userName);
    await asked;
    const accepted = nextEvent(alice, "contact", ({ state }) => state === "accepted");
    await other.contacts.accept("alice");
    await accepted;
  }
});
afterAll(() => world.close());

test("A9, RLY-23: bob's new device is in the group, and hears and is heard", async () => {
  const { id } = await alice.groups.create("Walks", ["bob", "carol"]);
  const isIn = (sotto: Sotto): boolean => sotto.conversations.get(id)?.roster.length === 3;
  for (const sotto of [bob, carol]) await until(sotto, () => isIn(sotto));
  // Closing waits until the vault has the contact.
  await bob.close();
  const elsewhere = world.home("bob-elsewhere");
  const options = { server: world.server.url, userName: "bob", password: PASSWORD, move: true };
  const moved = world.keep(await elsewhere.login(options));
  await until(moved, () => isIn(moved));
  const heard = [alice, carol].map((sotto) =>
    nextEvent(sotto, "message", ({ message }) => message.text === "Here I am again"),
  );
  await moved.messages.send(id, "Here I am again");
  await Promise.all(heard);
  const answered = nextEvent(moved, "message", ({ message }) => message.text === "Good");
  await carol.messages.send(id, "Good");
  expect((await answered).message.from).toBe(carol.account);
});
