/** People write to each other at full speed while server and clients are killed; afterwards every message is accounted for. */
import { join } from "node:path";
import { createRandom } from "../sim/random.ts";
import { isSound } from "../support/database.ts";
import { NOTHING_WRONG, addDeliveries } from "../support/delivery.ts";
import type { WorldOptions } from "../support/world.ts";
import { openWorld } from "../support/world.ts";
import type { Accounts } from "./accounts.ts";
import { deliveryOf, settle } from "./accounts.ts";
import { acceptedIn, flowsAmong, pump } from "./flow.ts";
import type { Kill, KillOptions } from "./kills.ts";
import type { Target } from "./killPlan.ts";
import { planKills } from "./killPlan.ts";
import { betweenStoreAndAck, killAndRestart } from "./kills.ts";
import type { Person } from "./person.ts";
import { createPerson } from "./person.ts";
import { createPostTracker } from "./postTracker.ts";
import type { Progress } from "./progress.ts";
import { createProgress } from "./progress.ts";

export interface ChaosOptions {
  /** At least: people write on until the last kill. */
  readonly messages: number;
  /** At least: the server is killed further until `betweenStoreAndAck` kills fell there, at most as many times again. */
  readonly kills: number;
  readonly betweenStoreAndAck: number;
  readonly seed: number;
  /** How long people may take to settle at the end. */
  readonly settleMs: number;
  readonly program?: WorldOptions["program"];
  readonly onKill?: (kill: Kill) => void;
}

export interface ChaosResult extends Accounts {
  readonly kills: readonly Kill[];
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
    const flows = await flowsAmong(people);
    let killing = true;
    const enough = (): boolean => !killing && acceptedIn(flows) >= options.messages;
    const pumping = Promise.all(flows.map((flow, i) => pump(flow, createRandom(seed, `flow ${i}`), enough)));
    const kills = await Promise.race([
      killAlong(options, { world, people, tracker, arrived }),
      pumping.then(() => []),
    ]);
    killing = false;
    await pumping;
    const settled = await Promise.all(flows.map((flow) => settle(flow, options.settleMs)));
    const deliveries = await Promise.all(flows.map(deliveryOf));
    for (const person of people) await (await person.client()).close();
    await world.stopServer();
    const files = [
      join(world.dataDir, "sotto.db"),
      ...NAMES.map((name) => join(world.homeOf(name), "store.db")),
    ];
    return {
      messages: acceptedIn(flows),
      kills,
      delivery: deliveries.reduce(addDeliveries, NOTHING_WRONG),
      unconfirmed: sum(settled, (count) => count),
      databases: files.length,
      soundDatabases: files.filter(isSound).length,
    };
  } finally {
    await world.close();
  }
}

interface Scene extends Omit<KillOptions, "random"> {
  readonly people: readonly Person[];
  readonly arrived: Progress;
}

/** The planned kills, spread over the run, and further ones of the server if too few fell between store and acknowledgement. */
async function killAlong(
  options: ChaosOptions,
  { people, arrived, ...scene }: Scene,
): Promise<readonly Kill[]> {
  const random = createRandom(options.seed, "kills");
  const kills: Kill[] = [];
  async function kill(target: Target): Promise<void> {
    const done = await killAndRestart(target, { ...scene, random });
    kills.push(done);
    options.onKill?.(done);
  }
  for (const { point, target } of planKills(options.kills, people, random)) {
    await arrived.reached(point * options.messages);
    await kill(target);
  }
  while (betweenStoreAndAck(kills) < options.betweenStoreAndAck && kills.length < 2 * options.kills)
    await kill({ kind: "server", instant: "commit" });
  return kills;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
