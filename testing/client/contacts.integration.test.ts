/** Contacts over a real server: declined, removed, blocked, and asked again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sotto } from "sotto";
import type { World } from "./world.ts";
import { nextEvent, openWorld, until } from "./world.ts";

describe("CON-5, CON-6: a contact that ends", () => {
  let world: World;
  let alice: Sotto;
  let bob: Sotto;

  beforeAll(async () => {
    world = await openWorld();
    [alice, bob] = await Promise.all([world.register("alice"), world.register("bob")]);
    await Promise.all([alice, bob].map((sotto) => until(sotto, () => sotto.connection === "online")));
  });
  afterAll(() => world.close());

  const listed = (sotto: Sotto): string[] =>
    sotto.contacts.list().map(({ userName, state }) => `${userName} ${state}`);
  const acceptedOnes = (sotto: Sotto): boolean[] =>
    sotto.conversations.list().map(({ accepted }) => accepted);
  const reaches = (sotto: Sotto, wanted: string): Promise<unknown> =>
    nextEvent(sotto, "contact", ({ state }) => state === wanted);

  async function becomeContacts(): Promise<void> {
    const asked = reaches(bob, "incoming");
    await alice.contacts.add("bob");
    await asked;
    const accepted = reaches(alice, "accepted");
    await bob.contacts.accept("alice");
    await accepted;
  }

  test("a declined request ends on both sides, and may be made again", async () => {
    const asked = reaches(bob, "incoming");
    await alice.contacts.add("bob", "hello");
    await asked;
    const ended = reaches(alice, "removed");
    await bob.contacts.decline("alice");
    await ended;
    expect([listed(alice), listed(bob)]).toEqual([[], []]);
    // A request that came to nothing is no conversation that has ended.
    expect([acceptedOnes(alice), acceptedOnes(bob)]).toEqual([[false], [false]]);
    await becomeContacts();
    expect([listed(alice), listed(bob)]).toEqual([["bob accepted"], ["alice accepted"]]);
  });

  test("who removes a contact is removed, and nothing more can be sent", async () => {
    const ended = reaches(bob, "removed");
    await alice.contacts.remove("bob");
    await ended;
    expect([listed(alice), listed(bob)]).toEqual([[], []]);
    const conversation = bob.conversations.list()[0];
    if (conversation === undefined) throw new Error("the history is gone");
    expect([acceptedOnes(alice), acceptedOnes(bob)]).toEqual([[true], [true]]);
    await expect(bob.messages.send(conversation.id, "still there?")).rejects.toMatchObject({
      code: "conversationEnded",
    });
  });

  test("ATK-27: a blocked account learns nothing and cannot ask again", async () => {
    await becomeContacts();
    const ended = reaches(alice, "removed");
    await bob.contacts.block("alice");
    await ended;
    expect(listed(bob)).toEqual(["alice blocked"]);
    const refused = reaches(alice, "removed");
    await alice.contacts.add("bob", "please");
    await refused;
    expect(listed(bob)).toEqual(["alice blocked"]);
    await expect(bob.contacts.add("alice")).rejects.toMatchObject({ code: "blocked" });
  });
});
