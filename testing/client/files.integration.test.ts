/** Files between two people over a real server: by a link, by the relay, and from one to the other in the midst. */
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { ConversationId, TransferId } from "@sotto/protocol";
import type { FileToSend, FileView, Sotto } from "sotto";
import type { MemoryLinks } from "sotto/testing";
import { createMemoryLinks, linkedHome } from "sotto/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { World } from "./world.ts";
import { nextEvent, openWorld, until } from "./world.ts";

const MIB = 1024 * 1024;

function fileOf(bytes: Uint8Array, name = "notes.bin"): FileToSend {
  return {
    content: {
      size: bytes.length,
      slice: (start, end) => ({ arrayBuffer: async () => new Uint8Array(bytes.slice(start, end)).buffer }),
    },
    path: [name],
    mediaType: "application/octet-stream",
    modifiedAtMs: null,
  };
}

const digest = (...parts: readonly Uint8Array[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

async function read(sotto: Sotto, transfer: TransferId): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of sotto.files.content(transfer)) parts.push(part);
  return digest(...parts);
}

describe("files of alice and bob", () => {
  let world: World;
  let links: MemoryLinks;
  let alice: Sotto;
  let bob: Sotto;
  let id: ConversationId;

  beforeAll(async () => {
    world = await openWorld();
    links = createMemoryLinks();
    const home = (name: string) => linkedHome({ dir: join(world.dir, name), suite: 1 }, links.maker);
    [alice, bob] = await Promise.all([
      world.register("alice", home("alice")),
      world.register("bob", home("bob")),
    ]);
    await Promise.all([alice, bob].map((sotto) => until(sotto, () => sotto.connection === "online")));
    const arrived = nextEvent(bob, "contact", ({ state }) => state === "incoming");
    id = (await alice.contacts.add("bob", "hello")).conversation;
    await arrived;
    const accepted = nextEvent(alice, "contact", ({ state }) => state === "accepted");
    await bob.contacts.accept("alice");
    await accepted;
  });
  afterAll(() => world.close());

  /** From one to the other; resolves when both know that it is there. */
  async function carry(from: Sotto, to: Sotto, bytes: Uint8Array): Promise<readonly [FileView, FileView]> {
    const offered = nextEvent(to, "message", ({ message }) => message.files.length > 0);
    const [sent] = await from.files.send(id, [fileOf(bytes)], { text: "look" });
    const { message } = await offered;
    expect(message).toMatchObject({ id: sent?.id, text: "look" });
    const transfer = message.files[0]?.transfer as TransferId;
    const done = [from, to].map(
      (side) =>
        new Promise<FileView>((resolve) => {
          const stop = side.on((event) => {
            if (event.type !== "file" || event.file.transfer !== transfer || event.file.state !== "done")
              return;
            stop();
            resolve(event.file);
          });
        }),
    );
    await to.files.fetch(transfer);
    const views = (await Promise.all(done)) as [FileView, FileView];
    expect(await read(to, transfer)).toBe(digest(bytes));
    expect(await read(from, transfer)).toBe(digest(bytes));
    return views;
  }

  test("5 MB both ways by a link", async () => {
    await alice.conversations.attend(id);
    await until(alice, () => alice.conversations.get(id)?.link.state === "open");
    await until(bob, () => bob.conversations.get(id)?.link.state === "open");
    const bytes = randomBytes(5_000_000);
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const [own, theirs] = await carry(from, to, bytes);
      expect(own).toMatchObject({ state: "done", path: "direct", bytes: 5_000_000, mine: true });
      expect(theirs).toMatchObject({ state: "done", path: "direct", bytes: 5_000_000, mine: false });
    }
    expect(links.carried.files).toBeGreaterThan(10_000_000);
    expect(links.carried.files).toBeLessThan(10_000_000 + 3 * MIB);
  });

  test("an empty file, one of exactly two leaves, and 40 in two messages", async () => {
    for (const size of [0, 2 * MIB]) await carry(alice, bob, randomBytes(size));
    const count = 40;
    const arrived: TransferId[] = [];
    const all = new Promise<void>((resolve) => {
      const stop = bob.on((event) => {
        if (event.type !== "message") return;
        arrived.push(...event.message.files.map(({ transfer }) => transfer));
        if (arrived.length < count) return;
        stop();
        resolve();
      });
    });
    const contents = Array.from({ length: count }, (_, i) => randomBytes(100 + i));
    const handles = await alice.files.send(
      id,
      contents.map((bytes, i) => fileOf(bytes, `file ${i}.bin`)),
    );
    expect(handles.length).toBe(2);
    await all;
    let left = count;
    const done = new Promise<void>((resolve) => {
      bob.on((event) => {
        if (event.type === "file" && event.file.state === "done" && --left === 0) resolve();
      });
    });
    for (const transfer of arrived) await bob.files.fetch(transfer);
    await done;
    expect(await Promise.all(arrived.map((transfer) => read(bob, transfer)))).toEqual(
      contents.map((bytes) => digest(bytes)),
    );
  });

  test("5 MB both ways by the relay, which then has no file of theirs", async () => {
    for (const sotto of [alice, bob]) await sotto.conversations.setPath(id, "relay");
    const before = links.carried.files;
    const bytes = randomBytes(5_000_000);
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const [own, theirs] = await carry(from, to, bytes);
      expect(own).toMatchObject({ state: "done", path: "relay" });
      expect(theirs).toMatchObject({ state: "done", path: "relay" });
    }
    expect(links.carried.files).toBe(before);
  });

  test("what begins over a link goes on by the relay when the link is cut", async () => {
    for (const sotto of [alice, bob]) await sotto.conversations.setPath(id, "auto");
    await alice.conversations.attend(id);
    await until(alice, () => alice.conversations.get(id)?.link.state === "open");
    const before = links.carried.files;
    links.cutAtFileBytes = before + 4 * MIB;
    const [, theirs] = await carry(alice, bob, randomBytes(20 * MIB));
    expect(theirs).toMatchObject({ state: "done", path: "relay" });
    const overLink = links.carried.files - before;
    expect(overLink).toBeGreaterThan(3 * MIB);
    expect(overLink).toBeLessThan(20 * MIB);
    links.cutAtFileBytes = Number.POSITIVE_INFINITY;
    links.cut = false;
  });
});
