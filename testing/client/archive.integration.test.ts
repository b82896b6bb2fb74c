/** History that moves with its account, over a real server. */
import { openAsBlob } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sotto } from "sotto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { World } from "./world.ts";
import { PASSWORD, nextEvent, openWorld, until } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const conversationOf = (sotto: Sotto): Parameters<Sotto["messages"]["list"]>[0] => {
  const [conversation] = sotto.conversations.list();
  if (conversation === undefined) throw new Error("there is no conversation");
  return conversation.id;
};
const texts = async (sotto: Sotto): Promise<readonly string[]> =>
  (await sotto.messages.list(conversationOf(sotto), { limit: 1000 })).map(({ text }) => text);
const arrived = (at: Sotto, text: string): Promise<void> =>
  until(at, () => at.conversations.list()[0]?.lastMessage?.text === text);

test("ARC-5, ARC-6: the history moves with the account, before what came since, and what is sent again is there once", async () => {
  const [alice, bob] = [await world.register("alice"), await world.register("bob")];
  await Promise.all([alice, bob].map((sotto) => until(sotto, () => sotto.connection === "online")));
  const asked = nextEvent(bob, "contact");
  await alice.contacts.add("bob", "hello");
  await asked;
  await bob.contacts.accept("alice");
  await until(alice, () => alice.conversations.list()[0]?.state === "active");
  for (const i of [1, 2, 3]) {
    await alice.messages.send(conversationOf(alice), `alice ${i}`);
    await arrived(bob, `alice ${i}`);
    await bob.messages.send(conversationOf(bob), `bob ${i}`);
    await arrived(alice, `bob ${i}`);
  }
  const before = await texts(alice);
  const chunks: Uint8Array[] = [];
  for await (const chunk of alice.history.export()) chunks.push(chunk);
  const path = join(world.dir, "alice.jsonl");
  await writeFile(path, Buffer.concat(chunks));
  await alice.close();

  const signIn = { server: world.server.url, userName: "alice", password: PASSWORD, move: true };
  const moved = world.keep(await world.home("alice-moved").login(signIn));
  await until(moved, () => moved.conversations.list()[0]?.state === "active");
  // RLY-17: told of before the Welcome was taken in.
  await until(moved, () => moved.contacts.list()[0]?.online === true);
  await bob.messages.send(conversationOf(bob), "to the new device");
  await arrived(moved, "to the new device");
  await moved.messages.send(conversationOf(moved), "from the new device");
  const since = await texts(moved);
  const resynced = nextEvent(moved, "resynced");
  const summary = await moved.history.import(await openAsBlob(path));
  await resynced;
  expect(summary).toMatchObject({ conversations: 1, messages: before.length });
  const added = before.filter((text) => !since.includes(text));
  expect(summary.added).toBe(added.length);
  const all = await texts(moved);
  expect(all.filter((text) => added.includes(text))).toEqual(added);
  expect(all.toSorted()).toEqual([...new Set([...before, ...since])].toSorted());
  expect(all.slice(-2)).toEqual(["to the new device", "from the new device"]);
  expect(moved.conversations.list()[0]?.lastMessage?.text).toBe("from the new device");
  await bob.messages.send(conversationOf(bob), "and on");
  await arrived(moved, "and on");
  expect(await texts(moved)).toEqual([...all, "and on"]);
  expect(await moved.history.import(await openAsBlob(path))).toMatchObject({ added: 0 });

  const stranger = world.keep(await world.register("carol"));
  await expect(stranger.history.import(await openAsBlob(path))).rejects.toMatchObject({
    code: "archiveForeign",
  });
});
