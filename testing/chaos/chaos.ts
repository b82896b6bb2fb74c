/** People write to each other at full speed while server and clients are killed; afterwards every message is accounted for. */
import { join } from "node:path";
import { createRandom } from "../sim/random.ts";
import { becomeContacts } from "../support/contacts.ts";
import { isSound } from "../support/database.ts";
import type { Delivery } from "../support/delivery.ts";
import { NOTHING_WRONG, addDeliveries, compareDelivery } from "../support/delivery.ts";
import { conversationWith, historyOf, textsFrom } from "../support/history.ts";
import { until } from "../support/rpcClient.ts";
import type { WorldOptions } from "../support/world.ts";
import { openWorld } from "../support/world.ts";
import type { Flow } from "./flow.ts";
import { pump } from "./flow.ts";
import type { Kill } from "./kills.ts";
import { killAndRestart, planKills } from "./kills.ts";
import { createPerson } from "./person.ts";
import { createPostTracker } from "./postTracker.ts";
import { createProgress } from "./progress.ts";

export interface ChaosOptions {
  /** At least; the same number for each direction of each pair. */
  readonly messages: number;
  readonly kills: number;
  readonly seed: number;
  /** How long people may take to settle at the end. */
  readonly settleMs: number;
  readonly program?: WorldOptions["program"];
  readonly onKill?: (kill: Kill) => void;
}

export interface ChaosResult {
  readonly messages: number;
  readonly kills: readonly Kill[];
  readonly delivery: Delivery;
  /** Messages whose sender does not know at the end that they were delivered. */
  readonly unconfirmed: number;
  /** Of the server and of each person. */
  readonly databases: number;
  readonly soundDatabases: number;
}

const NAMES = ["alice", "bob", "carol"] as const;

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, program } = options;
  const tracker = createPostTracker();
  const world = await openWorld({ name: "chaos", tap: tracker, ...(program !== undefined && { program }) });
  try {
    const arrived = createProgress();
    const people = await Promise.all(
      NAMES.map((name) => createPerson(world, name, ({ type }) => type === "message" && arrived.add(1))),
    );
    const pairs = people.flatMap((a, i) => people.slice(i + 1).map((b) => [a, b] as const));
    for (const [a, b] of pairs) await becomeContacts(await a.client(), await b.client());
    const total = Math.ceil(options.messages / (2 * pairs.length));
    const flows = pairs.flatMap(([a, b]): Flow[] => [
      { from: a, to: b, total, accepted: [] },
      { from: b, to: a, total, accepted: [] },
    ]);
    const pumping = flows.map((flow, i) => pump(flow, createRandom(seed, `flow ${i}`)));
    const random = createRandom(seed, "kills");
    const allSent = Promise.all(pumping);
    // Told when it is waited for below, not while somebody is being killed.
    allSent.catch(() => {});
    const kills: Kill[] = [];
    for (const { point, person } of planKills(options.kills, people, random)) {
      await Promise.race([arrived.reached(point * options.messages), allSent]);
      const kill = await killAndRestart(person, { world, tracker, random });
      kills.push(kill);
      options.onKill?.(kill);
    }
    await allSent;
    const settled = await Promise.all(flows.map((flow) => settle(flow, options.settleMs)));
    const deliveries = await Promise.all(flows.map(deliveryOf));
    for (const person of people) await (await person.client()).close();
    await world.stopServer();
    const files = [
      join(world.dataDir, "sotto.db"),
      ...NAMES.map((name) => join(world.homeOf(name), "store.db")),
    ];
    return {
      messages: flows.reduce((sum, { accepted }) => sum + accepted.length, 0),
      kills,
      delivery: deliveries.reduce(addDeliveries, NOTHING_WRONG),
      unconfirmed: settled.reduce((sum, count) => sum + count, 0),
      databases: files.length,
      soundDatabases: files.filter(isSound).length,
    };
  } finally {
    await world.close();
  }
}

/** Waits until the sender knows that all is delivered; the number of messages for which it does not in time. */
async function settle({ from, to }: Flow, settleMs: number): Promise<number> {
  const client = await from.client();
  const conversation = await conversationWith(client, to.name);
  const unconfirmed = async (): Promise<number> => {
    const history = await historyOf(client, conversation);
    return history.filter(
      ({ from: author, state }) => author === from.name && (state === "sending" || state === "sent"),
    ).length;
  };
  await until(client, "delivery of everything", async () => (await unconfirmed()) === 0, settleMs).catch(
    () => {},
  );
  return unconfirmed();
}

async function deliveryOf({ from, to, accepted }: Flow): Promise<Delivery> {
  const client = await to.client();
  const history = await historyOf(client, await conversationWith(client, from.name));
  return compareDelivery(accepted, textsFrom(history, from.name));
}
