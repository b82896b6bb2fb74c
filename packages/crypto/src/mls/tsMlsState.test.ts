import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { stateOfPeer } from "../testing/insider.ts";
import { addPeer, commitAll, createPeer } from "../testing/peer.ts";
import { createMlsEngine } from "./tsMls.ts";

const provider = createNobleProvider(seededRandom("state"));

test("private keys of blanked nodes do not outlive them", async () => {
  const alice = await createPeer(
    createMlsEngine(provider),
    await makeDevice(provider),
    1,
    idOf<GroupId>(provider.random(16)),
  );
  const bob = await addPeer([alice], await makeDevice(provider));
  const carol = await addPeer([alice, bob], await makeDevice(provider));
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
  for (let i = 0; i < 4; i++) await commitAll(i % 2 === 0 ? alice : bob, [i % 2 === 0 ? bob : alice]);
  const names = [
    "epoch/4",
    "epoch/5",
    "head",
    "keys",
    "ratchet/4/0",
    "ratchet/4/1",
    "ratchet/5/0",
    "ratchet/5/1",
  ];
  for (const { parts } of [alice, bob]) expect([...parts.keys()].toSorted()).toEqual(names);
});
