/** Profiles over a real server: told to contacts and members alone, kept, replaced, and carried by a move. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Face, Sotto } from "sotto";
import { fixture, plantedIn } from "@sotto/pictures/testing";
import type { World } from "./world.ts";
import { PASSWORD, nextEvent, openWorld, until } from "./world.ts";

describe("PRO-1 to PRO-6: profiles", () => {
  let world: World;
  let alice: Sotto;
  let bob: Sotto;
  let carol: Sotto;
  const picture = fixture("photo.jpg");

  beforeAll(async () => {
    world = await openWorld();
    [alice, bob, carol] = await Promise.all([
      world.register("alice"),
      world.register("bob"),
      world.register("carol"),
    ]);
    await Promise.all([alice, bob, carol].map((sotto) => until(sotto, () => sotto.connection === "online")));
    await befriend(alice, bob);
  });
  afterAll(() => world.close());

  async function befriend(one: Sotto, other: Sotto): Promise<void> {
    const asked = nextEvent(other, "contact", ({ state }) => state === "incoming");
    await one.contacts.add(other.userName);
    await asked;
    await other.contacts.accept(one.userName);
    await Promise.all(
      [one, other].map((sotto) => until(sotto, () => sotto.contacts.list().some(isAccepted))),
    );
  }

  const isAccepted = ({ state }: { readonly state: string }): boolean => state === "accepted";
  const faceOf = (sotto: Sotto, of: Sotto): Face | undefined => {
    const members = sotto.conversations.list().flatMap(({ roster }) => roster);
    return [...sotto.contacts.list(), ...members].find(({ account }) => account === of.account);
  };
  const named = (sotto: Sotto, of: Sotto, name: string): Promise<void> =>
    until(sotto, () => faceOf(sotto, of)?.displayName === name);

  test("a contact sees name, words and picture, cleaned and without metadata; a stranger and the server nothing", async () => {
    const displayName = "\u202eAlice of the planted hill";
    await alice.profile.set({ displayName, bio: "I walk.\r\nI read.", picture });
    expect(alice.profile.own).toMatchObject({ displayName: "Alice of the planted hill", pending: true });
    await named(bob, alice, "Alice of the planted hill");
    expect(await bob.profile.bio(alice.account)).toBe("I walk.\nI read.");
    const taken = (await bob.profile.picture(alice.account)) as Uint8Array;
    expect(taken).toEqual(await alice.profile.picture(alice.account));
    expect([plantedIn(picture).length > 0, plantedIn(taken)]).toEqual([true, []]);
    expect(faceOf(bob, alice)?.picture).toBeGreaterThan(0);
    await until(alice, () => !alice.profile.own.pending);
    await carol.contacts.add("alice");
    await until(alice, () => alice.contacts.list().some(({ state }) => state === "incoming"));
    expect(carol.contacts.list()[0]).toMatchObject({ displayName: "", picture: 0 });
    const dir = join(world.dir, "server");
    for (const file of readdirSync(dir))
      if (file.startsWith("sotto.db"))
        expect(readFileSync(join(dir, file)).includes("planted hill")).toBe(false);
  });

  test("what breaks the limits is not taken", async () => {
    await expect(alice.profile.set({ displayName: "a".repeat(65) })).rejects.toMatchObject({
      code: "badProfile",
    });
    await expect(alice.profile.set({ bio: "a".repeat(501) })).rejects.toMatchObject({ code: "badProfile" });
    await expect(alice.profile.set({ picture: new Uint8Array(100) })).rejects.toMatchObject({
      code: "badPicture",
    });
    expect(alice.profile.own.displayName).toBe("Alice of the planted hill");
  });

  test("what changes is told; a group's members are told, and tell", async () => {
    await alice.profile.set({ displayName: "Alice", picture: null });
    await named(bob, alice, "Alice");
    await until(bob, () => faceOf(bob, alice)?.picture === 0);
    expect(await bob.profile.picture(alice.account)).toBeUndefined();
    await carol.contacts.remove("alice");
    await befriend(bob, carol);
    await carol.profile.set({ displayName: "Carol C." });
    const group = await bob.groups.create("walks", ["alice", "carol"]);
    await Promise.all([named(alice, carol, "Carol C."), named(carol, alice, "Alice")]);
    // Carol goes, and knows nothing new of alice: the key is another.
    await bob.groups.remove(group.id, ["carol"]);
    await until(carol, () => faceOf(carol, alice) === undefined || faceOf(carol, alice)?.displayName === "");
    await alice.profile.set({ displayName: "Alice later" });
    await named(bob, alice, "Alice later");
  });

  test("another device of the account has the profile, under another key, and knows the others'", async () => {
    await bob.profile.set({ displayName: "Bob", picture });
    await named(alice, bob, "Bob");
    await until(bob, () => !bob.profile.own.pending);
    // Closing waits until the vault has it.
    await bob.close();
    const signIn = { server: world.server.url, userName: "bob", password: PASSWORD, move: true };
    bob = world.keep(await world.home("bob-elsewhere").login(signIn));
    await until(bob, () => bob.profile.own.displayName === "Bob");
    expect(await bob.profile.picture(bob.account)).toEqual(await alice.profile.picture(bob.account));
    await named(bob, alice, "Alice later");
    await bob.profile.set({ displayName: "Bob elsewhere" });
    await named(alice, bob, "Bob elsewhere");
  });

  test("who is blocked learns nothing more and is forgotten; a process that starts anew knows what it knew", async () => {
    await alice.contacts.block("bob");
    await alice.profile.set({ displayName: "Alice without bob" });
    await until(alice, () => !alice.profile.own.pending);
    await until(bob, () => faceOf(bob, alice)?.displayName !== "Alice without bob");
    await alice.close();
    alice = world.keep(await world.home("alice").open());
    expect(alice.profile.own).toMatchObject({ displayName: "Alice without bob", bio: "I walk.\nI read." });
  });
});
