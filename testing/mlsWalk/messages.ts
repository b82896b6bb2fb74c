/** Application messages: sent in bursts, delivered late, twice, in any order or not at all. */
import { bytesEqual, utf8 } from "@sotto/protocol";
import { take } from "@sotto/crypto/testing";
import { checkGone, MAX_BATCH } from "./checks.ts";
import type { UsedKey } from "./generations.ts";
import { noteSent } from "./generations.ts";
import type { Device, Sent, World } from "./world.ts";
import { check, count, shuffled } from "./world.ts";

const MAX_BURST = 4;

/** A burst of one sender, on its way to every other member. */
export async function sendBurst(world: World, sender: Device): Promise<void> {
  const { random } = world;
  const messages = Array.from({ length: random.between(1, MAX_BURST) }, () => {
    const number = world.sent++;
    return {
      text: `${sender.name} says ${number} ${"x".repeat(random.between(0, 300))}`,
      data: `data ${number}`,
    };
  });
  const { peer } = sender;
  const sent = await peer.engine.encrypt(
    peer.group,
    messages.map(({ text, data }) => ({ plaintext: utf8(text), authenticatedData: utf8(data) })),
  );
  const before = new Map(peer.parts);
  if (!world.mutant.forgetsSent) take(peer, sent);
  const used = await noteSent(world, peer, before, sent.ciphertexts);
  for (const [i, ciphertext] of sent.ciphertexts.entries()) {
    const { text, data } = messages[i] as (typeof messages)[number];
    const message: Sent = {
      text,
      data,
      sender,
      leaf: peer.group.ownLeaf,
      epoch: peer.group.epoch,
      key: (used[i] as UsedKey).key,
      ciphertext,
    };
    for (const device of world.members) if (device !== sender) device.inbox.push(message);
    await checkFormer(world, message);
  }
  count(world, "messages sent", messages.length);
}

/** Some of what waits for a device: a part is lost, the rest comes in any order, some of it twice. */
export async function deliverSome(world: World, device: Device): Promise<void> {
  const { random } = world;
  const waiting = shuffled(world, device.inbox).slice(0, random.between(1, MAX_BATCH));
  device.inbox = device.inbox.filter((message) => !waiting.includes(message));
  const arrived = waiting.filter(() => !random.chance(0.04));
  count(world, "messages lost", waiting.length - arrived.length);
  const twice = arrived.filter(() => random.chance(0.1));
  const late = [...device.shown].filter(() => random.chance(0.5 / (device.shown.size + 1)));
  await deliver(world, device, shuffled(world, [...arrived, ...twice, ...late]));
}

/** Everything that waits for a device. */
export async function deliverAll(world: World, device: Device): Promise<void> {
  const waiting = shuffled(world, device.inbox);
  device.inbox = [];
  await deliver(world, device, waiting);
}

async function deliver(world: World, device: Device, messages: readonly Sent[]): Promise<void> {
  if (messages.length === 0) return;
  const { peer } = device;
  const opened = await peer.engine.decrypt(
    peer.group,
    messages.map(({ ciphertext }) => ciphertext),
  );
  const { epoch } = peer.group;
  if (!world.mutant.keepsConsumedKeys) take(peer, opened);
  for (const [i, message] of messages.entries()) {
    const result = opened.results[i];
    const readable = message.epoch === epoch || message.epoch === device.past;
    const expected = !readable ? "tooOld" : device.shown.has(message) ? "replayed" : "message";
    const name = `${device.name}: ${message.text.slice(0, 24)} of epoch ${message.epoch}`;
    const got = result?.kind === "failed" ? result.reason : result?.kind;
    check(got === expected, () => `${name}: ${got}, not ${expected}`);
    if (result?.kind === "message") {
      const right =
        bytesEqual(result.plaintext, utf8(message.text)) &&
        bytesEqual(result.authenticatedData, utf8(message.data)) &&
        result.epoch === message.epoch &&
        result.sender.leaf === message.leaf &&
        result.sender.credential.device === message.sender.identity.credential.device;
      check(right, () => `${name}: another text, data, epoch or sender`);
      device.shown.add(message);
      count(world, "messages shown");
    } else count(world, got === "replayed" ? "duplicates refused" : "messages too late");
  }
  const read = messages.filter((message) => device.shown.has(message));
  checkGone(world, device.name, peer.parts, read);
}

/** Whoever is out reads nothing new: neither the device that was told, nor one that kept its records of before. */
async function checkFormer(world: World, { ciphertext }: Sent): Promise<void> {
  for (const device of shuffled(world, world.former).slice(0, 2)) {
    const { engine, group } = device.peer;
    check(!group.active, () => `${device.name} was removed and is active`);
    const groups = device.stale === undefined ? [group] : [group, await engine.load(device.stale)];
    for (const known of groups) {
      const { results } = await engine.decrypt(known, [ciphertext]);
      check(results[0]?.kind === "failed", () => `${device.name} reads what was sent after it was removed`);
    }
    count(world, "attempts of former members", groups.length);
  }
}
