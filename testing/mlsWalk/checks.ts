/** What holds after every step. */
import { bytesEqual, toHex } from "@sotto/protocol";
import type { MlsEngine, MlsGroup } from "@sotto/crypto";
import { derivableKeys } from "@sotto/crypto/testing";
import type { World } from "./world.ts";
import { check, count, shuffled } from "./world.ts";

/** Reloading costs as much as a message burst, so some devices are looked at each time. */
const RELOADED = 2;
/** A device reads at most so many messages at once; a ratchet that was not moved on is found by going so far. */
export const MAX_BATCH = 12;

/** All members say the same of the group, and the records of some of them do too. */
export async function checkAll(world: World): Promise<void> {
  const [first, ...others] = world.members;
  check(first !== undefined, () => "nobody is left");
  if (first === undefined) return;
  const expected = await factsOf(first.peer.engine, first.peer.group);
  for (const { name, peer } of world.members) checkAppData(world, name, peer.group.appData);
  for (const device of others) {
    const facts = await factsOf(device.peer.engine, device.peer.group);
    check(facts === expected, () => `${device.name} and ${first.name} differ:\n${facts}\n${expected}`);
  }
  const roster = first.peer.group.members.map(({ credential }) => credential.device);
  const known = world.members.map(({ identity }) => identity.credential.device);
  check(roster.toSorted().join() === known.toSorted().join(), () => `the roster is ${roster.join()}`);
  for (const device of shuffled(world, world.members).slice(0, RELOADED)) {
    const { engine, parts, group } = device.peer;
    const loaded = await engine.load(new Map(parts));
    checkAppData(world, `${device.name} after a restart`, loaded.appData);
    const same = (await factsOf(engine, loaded)) === expected && loaded.ownLeaf === group.ownLeaf;
    check(same, () => `${device.name}'s records are of another state`);
    count(world, "reloads");
  }
}

/** What a group, or a group info, says is what the last commit that named any has said. */
export function checkAppData({ appData }: World, name: string, told: Uint8Array | null): void {
  check(told !== null && bytesEqual(told, appData), () => `${name} has other app data`);
}

/** No key that was used can be derived from what is kept. */
export function checkGone(
  world: World,
  name: string,
  parts: ReadonlyMap<string, Uint8Array>,
  used: readonly { readonly leaf: number; readonly key: string }[],
): void {
  if (used.length === 0) return;
  const leaves = [...new Set(used.map(({ leaf }) => leaf))];
  const held = derivableKeys(parts, { leaves, ahead: MAX_BATCH });
  for (const { key } of used)
    check(!held.has(key), () => `${name} still has a key that was used: ${held.get(key)}`);
  count(world, "keys looked for", used.length);
}

async function factsOf(engine: MlsEngine, group: MlsGroup): Promise<string> {
  const secret = await engine.exportSecret(group, "walk", new Uint8Array([1, 2, 3]), 32);
  const members = group.members.map(({ leaf, credential }) => `${leaf} ${credential.device}`);
  return [group.epoch, toHex(engine.epochAuthenticator(group)), toHex(secret), ...members].join("\n");
}
