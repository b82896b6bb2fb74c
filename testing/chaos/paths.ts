/** People write to each other at full speed while the paths between them come and go; afterwards every message is accounted for. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { whyNoNamespaces } from "../network/namespaces.ts";
import { openPlacedWorld } from "../paths/placedWorld.ts";
import { createRandom } from "../sim/random.ts";
import { isSound } from "../support/database.ts";
import { NOTHING_WRONG, addDeliveries } from "../support/delivery.ts";
import type { Accounts } from "./accounts.ts";
import { deliveryOf, pathsOf, settle } from "./accounts.ts";
import { createFlaps } from "./flaps.ts";
import { acceptedIn, flowsAmong, pump } from "./flow.ts";
import { createPerson } from "./person.ts";
import { createProgress } from "./progress.ts";

export interface PathsOptions {
  /** At least: people write on until the last switch. */
  readonly messages: number;
  readonly switches: number;
  readonly seed: number;
  /** How long people may take to settle at the end. */
  readonly settleMs: number;
  readonly onSwitch: (what: string) => void;
}

export interface PathsResult extends Accounts {
  readonly switches: number;
  /** Messages as their recipients have them. */
  readonly direct: number;
  readonly relayed: number;
}

const NAMES = ["alice", "bob", "carol"] as const;
/** Between the windows of a flow: people do not write without drawing breath. */
const MAX_PAUSE_MS = 1000;
/** Between two switches: a link needs a moment to be there. */
const LEAST_MS = 1500;
/** Between two switches, when nobody gets anything through. */
const LONGEST_MS = 3000;
const PEOPLE = { alice: "open", bob: "open", carol: "open" } as const;

/** Why there can be no such run here, or `undefined`. */
export function whyNoPaths(): string | undefined {
  return whyNoNamespaces([{ command: "nft", name: "nftables" }]);
}

export async function runPaths(options: PathsOptions): Promise<PathsResult> {
  const { messages, switches, seed } = options;
  const world = await openPlacedWorld({ name: "paths", people: PEOPLE });
  try {
    const arrived = createProgress();
    const people = await Promise.all(
      NAMES.map((name) => createPerson(world, name, ({ type }) => type === "message" && arrived.add(1))),
    );
    const flows = await flowsAmong(people);
    const flaps = createFlaps(world, people, createRandom(seed, "flaps"));
    let flapping = true;
    const enough = (): boolean => !flapping && acceptedIn(flows) >= messages;
    const pumping = Promise.all(
      flows.map((flow, i) => pump(flow, createRandom(seed, `flow ${i}`), enough, MAX_PAUSE_MS)),
    );
    for (let i = 0; i < switches; i++) {
      // Whoever waits for a path does not hold up the others' next switch.
      await Promise.race([arrived.more(messages / switches), pause(LONGEST_MS)]);
      await pause(LEAST_MS);
      options.onSwitch(await flaps.flap());
    }
    flapping = false;
    await flaps.calm();
    await pumping;
    const settled = await Promise.all(flows.map((flow) => settle(flow, options.settleMs)));
    const deliveries = await Promise.all(flows.map(deliveryOf));
    const paths = await Promise.all(flows.map(pathsOf));
    for (const person of people) await (await person.client()).close();
    await world.stopServer();
    const files = [
      join(world.dataDir, "sotto.db"),
      ...NAMES.map((name) => join(world.homeOf(name), "store.db")),
    ];
    return {
      messages: acceptedIn(flows),
      switches,
      delivery: deliveries.reduce(addDeliveries, NOTHING_WRONG),
      unconfirmed: settled.reduce((sum, count) => sum + count, 0),
      databases: files.length,
      soundDatabases: files.filter(isSound).length,
      direct: paths.reduce((sum, { direct }) => sum + direct, 0),
      relayed: paths.reduce((sum, { relay }) => sum + relay, 0),
    };
  } finally {
    await world.close();
  }
}
