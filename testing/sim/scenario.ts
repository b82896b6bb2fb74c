/** One scenario: people write to each other while things go wrong, then the world heals and is looked at. */
import { acceptedTexts, act, addContact } from "./actions.ts";
import { strikeFault } from "./faults.ts";
import { heal } from "./heal.ts";
import { cameDirectly, cameWithFiles, checkInvariants } from "./invariants.ts";
import type { Violation } from "./violation.ts";
import type { WorldOptions } from "./world.ts";
import { createWorld } from "./world.ts";

export interface ScenarioResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly devices: number;
  /** Texts that an engine took. */
  readonly messages: number;
  /** How often a link between two devices opened. */
  readonly links: number;
  /** Received messages that came over one. */
  readonly direct: number;
  /** Received messages that offer files. */
  readonly offers: number;
  /** How often each fault struck. */
  readonly faults: ReadonlyMap<string, number>;
  readonly steps: number;
  readonly traceHash: string;
}

/** What a scenario has at least. */
export const AT_LEAST = { devices: 3, messages: 30, faults: 5 } as const;

const MAX_ACTIONS = 600;
/** Before each action: until there has been enough trouble, and afterwards, while messages are still missing or not. */
const FAULT_CHANCE = { early: 0.2, late: 0.08, last: 0.5 } as const;

/** The same options give the same result and the same trace. */
export async function runScenario(options: WorldOptions): Promise<ScenarioResult> {
  const world = createWorld(options);
  const { scheduler, random, clients, watch, faults } = world;
  const struck = (): number => [...faults.values()].reduce((sum, count) => sum + count, 0);
  const isOver = (): boolean => watch.violations.length > 0;

  for (const client of clients) {
    client.start();
    client.command({ kind: "connect" });
  }
  await scheduler.run(200);
  for (const [i, client] of clients.entries())
    addContact(world, client, clients[(i + 1) % clients.length] as typeof client);

  for (let actions = 0; actions < MAX_ACTIONS && !isOver(); actions++) {
    const [messages, trouble] = [acceptedTexts(world), struck()];
    if (messages >= AT_LEAST.messages && trouble >= AT_LEAST.faults) break;
    const phase = messages >= AT_LEAST.messages ? "last" : trouble >= AT_LEAST.faults ? "late" : "early";
    if (random.chance(FAULT_CHANCE[phase])) strikeFault(world);
    act(world);
    await scheduler.run(scheduler.nowMs() + random.pick([5, 30, 150, 800]), isOver);
  }
  if (!isOver()) await heal(world, AT_LEAST.messages);
  if (!isOver()) checkInvariants(world);
  return {
    seed: options.seed,
    violations: watch.violations,
    devices: clients.length,
    messages: acceptedTexts(world),
    links: world.links.opened() / 2,
    direct: cameDirectly(world),
    offers: cameWithFiles(world),
    faults,
    steps: scheduler.steps(),
    traceHash: world.trace.hash(),
  };
}
