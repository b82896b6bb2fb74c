/** One walk: steps drawn by a seed, and what has to hold after each. */
import type { SuiteId } from "@sotto/crypto";
import { ACTIONS, exchange } from "./actions.ts";
import { checkAll } from "./checks.ts";
import { deliverAll } from "./messages.ts";
import type { Mutant } from "./mutants.ts";
import type { World } from "./world.ts";
import { count, createWorld } from "./world.ts";

export interface WalkOptions {
  readonly seed: number;
  readonly suite: SuiteId;
  readonly steps: number;
  readonly maxMembers: number;
  readonly mutant?: Mutant;
}

/** Plain data: it crosses threads. */
export interface WalkResult {
  readonly seed: number;
  readonly suite: SuiteId;
  readonly steps: number;
  readonly largest: number;
  readonly epochs: number;
  /** By kind of step, and what happened in them. */
  readonly actions: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  /** What was wrong, and in which step. */
  readonly failure: string | undefined;
}

/** Walks until a step fails or all are done. */
export async function walk({ steps, ...options }: WalkOptions): Promise<WalkResult> {
  const world = await createWorld(options);
  const actions: Record<string, number> = {};
  let failure: string | undefined;
  let step = 0;
  for (; step < steps && failure === undefined; step++) {
    const { name, run } = nextAction(world);
    actions[name] = (actions[name] ?? 0) + 1;
    failure = await failureOf(`step ${step}, ${name}`, async () => {
      await run(world);
      if (name !== "messages" && world.random.chance(0.4)) await exchange(world);
      await checkAll(world);
    });
  }
  failure ??= await failureOf("the end", () => drain(world));
  return {
    ...options,
    steps: step,
    largest: world.largest,
    epochs: world.members[0]?.peer.group.epoch ?? 0,
    actions,
    events: Object.fromEntries(world.counts),
    failure,
  };
}

function nextAction(world: World): (typeof ACTIONS)[number] {
  const weights = ACTIONS.map(({ weight }) => weight(world));
  let left = world.random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = ACTIONS.find((_, i) => (left -= weights[i] ?? 0) < 0);
  return chosen ?? (ACTIONS[0] as (typeof ACTIONS)[number]);
}

/** What still is on its way arrives. */
async function drain(world: World): Promise<void> {
  for (const device of world.members) await deliverAll(world, device);
  count(world, "walks drained");
}

async function failureOf(where: string, run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return `${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}
