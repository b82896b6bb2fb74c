/** A device whose program is killed and started again: how long its contact waits for the link, on the simulation's clock. */
import { expect, test } from "vitest";
import { addContact, contactState, conversationWith } from "./actions.ts";
import type { ClientNode } from "./clientNode.ts";
import { createCast } from "./people.ts";
import { STAND_IN } from "./tier.ts";
import type { World } from "./world.ts";
import { createWorld } from "./world.ts";

const WORLDS = 8;
const STEP_MS = 100;
/** What the program takes to be there again. */
const RESTART_MS = 1000;
/** From the kill on: two pings without a frame (DIR-10), the call, and what has to come in first. */
const BACK_WITHIN_MS = 5000;
const PATIENCE_MS = 120_000;

test("DIR-10: the link is back seconds after one of the two was killed, though that one wants none", async () => {
  const cast = await createCast(STAND_IN);
  const waits: number[] = [];
  for (let seed = 1; waits.length < WORLDS; seed++) {
    const world = createWorld({ cast, seed, mutation: {} });
    const pair = world.clients.filter(({ canLink }) => canLink).slice(0, 2);
    const [one, two] = pair;
    if (one === undefined || two === undefined || world.cheated !== undefined) continue;
    if (world.links.ways.between(one.name, two.name) === "none") continue;
    await becomeLinked(world, one, two);
    const killedAtMs = world.scheduler.nowMs();
    // The system closes the sockets of a program that is killed.
    for (const socket of one.link.sockets)
      socket.break({ clientLearns: false, serverLearns: true, toServer: 1, toClient: 0, lingerMs: 0 });
    one.crash();
    await world.scheduler.run(killedAtMs + RESTART_MS);
    one.start();
    one.command({ kind: "connect" });
    await until(world, () => isLinked(world, one, two));
    waits.push(world.scheduler.nowMs() - killedAtMs);
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(BACK_WITHIN_MS);
});

async function becomeLinked(world: World, one: ClientNode, two: ClientNode): Promise<void> {
  for (const client of world.clients) {
    client.start();
    client.command({ kind: "connect" });
  }
  await until(world, () => [one, two].every(({ engine }) => engine?.live.phase === "online"));
  addContact(world, one, two);
  await until(world, () => contactState(two, one) === "incoming");
  two.command({ kind: "acceptContact", account: one.person.identity.account });
  await until(world, () => contactState(one, two) === "accepted");
  for (const [client, other] of [
    [one, two],
    [two, one],
  ] as const) {
    const conversation = conversationWith(client, other);
    if (conversation !== undefined) client.command({ kind: "attend", conversation });
  }
  await until(world, () => isLinked(world, one, two));
  // Presence of the beginning is answered by then.
  await world.scheduler.run(world.scheduler.nowMs() + 5000);
}

function isLinked({ links }: World, one: ClientNode, two: ClientNode): boolean {
  return links.openPairs().some((pair) => pair.includes(one.name) && pair.includes(two.name));
}

async function until({ scheduler, seed }: World, reached: () => boolean): Promise<void> {
  const limitMs = scheduler.nowMs() + PATIENCE_MS;
  while (!reached()) {
    if (scheduler.nowMs() > limitMs) throw new Error(`world ${seed}: waited in vain`);
    await scheduler.run(scheduler.nowMs() + STEP_MS);
  }
}
