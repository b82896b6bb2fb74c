import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { stateOfPeer } from "../testing/insider.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, commitAll, createPeer, read, restart, send, take } from "../testing/peer.ts";
import { createMlsEngine } from "./tsMls.ts";

const provider = createNobleProvider(seededRandom("state"));

async function trio(): Promise<{ alice: Peer; bob: Peer; carol: Peer }> {
  const alice = await createPeer(
    createMlsEngine(provider),
    await makeDevice(provider),
    1,
    idOf<GroupId>(provider.random(16)),
  );
  const bob = await addPeer([alice], await makeDevice(provider));
  return { alice, bob, carol: await addPeer([alice, bob], await makeDevice(provider)) };
}

test("private keys of blanked nodes do not outlive them", async () => {
  const { alice, bob, carol } = await trio();
  const dave = await addPeer([alice, bob, carol], await makeDevice(provider));
  await commitAll(carol, [alice, bob, dave]);
  expect(Object.keys(stateOfPeer(dave).keys?.path.privateKeys ?? {})).toContain("5");
  await commitAll(alice, [bob, carol, dave], { remove: [carol.group.ownLeaf] });
  for (const peer of [alice, bob, dave]) {
    const { keys, current } = stateOfPeer(peer);
    const nodes = Object.keys(keys?.path.privateKeys ?? {}).map(Number);
    expect(nodes).toContain(2 * peer.group.ownLeaf);
    expect(nodes.filter((node) => current.tree[node] === undefined)).toEqual([]);
  }
});

test("records of an epoch go when it is neither current nor past", async () => {
  const alice = await createPeer(
    createMlsEngine(provider),
    await makeDevice(provider),
    1,
    idOf<GroupId>(provider.random(16)),
  );
  const bob = await addPeer([alice], await makeDevice(provider));
  const write = async (): Promise<void> => {
    const [, second] = (await send(alice, "first", "second")) as [Uint8Array, Uint8Array];
    await read(bob, second);
  };
  const names = [
    ["epoch/4", "ratchet/4/1", "secrets/4"],
    ["epoch/5", "secrets/5"],
    ["head", "keys"],
  ].flat();
  for (let i = 0; i < 4; i++) {
    await write();
    await commitAll(i % 2 === 0 ? alice : bob, [i % 2 === 0 ? bob : alice]);
  }
  await write();
  const current = ["ratchet/4/0", "ratchet/5/0"];
  expect([...alice.parts.keys()].toSorted()).toEqual([...names, ...current].toSorted());
  const skipped = ["skipped/4/0", "skipped/5/0"];
  expect([...bob.parts.keys()].toSorted()).toEqual([...names, ...current, ...skipped].toSorted());
  for (const peer of [alice, bob]) take(peer, await peer.engine.forgetPast(peer.group));
  expect([...alice.parts.keys()].filter((name) => name.includes("/4"))).toEqual([]);
  expect([...bob.parts.keys()].filter((name) => name.includes("/4"))).toEqual([]);
});

test("a device that was removed holds no secret of messages", async () => {
  const { alice, bob, carol } = await trio();
  await read(carol, ...(await send(alice, "first")));
  await commitAll(alice, [bob, carol], { remove: [carol.group.ownLeaf] });
  expect([...carol.parts.keys()].toSorted()).toEqual(["epoch/2", "head", "secrets/2"]);
  expect(carol.parts.get("secrets/2")).toHaveLength(1);
  await restart(carol);
  expect(carol.group.active).toBe(false);
});

test("a skipped key that was lost from the store is damaged state", async () => {
  const { alice, bob } = await trio();
  const [, second] = (await send(alice, "first", "second")) as [Uint8Array, Uint8Array];
  await read(bob, second);
  expect(bob.parts.delete("skipped/2/0")).toBe(true);
  await expect(restart(bob)).rejects.toMatchObject({ code: "damagedState" });
});

test("a secret above a leaf in use is damaged state", async () => {
  const { alice, bob } = await trio();
  const before = bob.parts.get("secrets/2") as Uint8Array;
  await read(bob, ...(await send(alice, "first")));
  bob.parts.set("secrets/2", before);
  await expect(restart(bob)).rejects.toMatchObject({ code: "damagedState" });
});
