/** Attack 39: commit after commit loses its place; none may reuse a generation, and the one that wins is still read. */
import type { SuiteId } from "@sotto/crypto";
import { commit, makeJoiner, prepareCommit } from "./handshakes.ts";
import { deliverAll, sendBurst } from "./messages.ts";
import type { Device } from "./world.ts";
import { createWorld } from "./world.ts";

export interface LosingResult {
  readonly suite: SuiteId;
  readonly lost: number;
  readonly failure: string | undefined;
}

/** Two devices; one of them loses so many times, then wins, and both go on talking. */
export async function loseCommits(suite: SuiteId, times: number): Promise<LosingResult> {
  const world = await createWorld({ seed: 1, suite, maxMembers: 2 });
  let lost = 0;
  try {
    await commit(world, world.members[0] as Device, { joiners: [await makeJoiner(world)] });
    const [alice, bob] = world.members as [Device, Device];
    for (; lost < times; lost++) await prepareCommit(world, alice, {});
    await commit(world, alice);
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      await sendBurst(world, from);
      await deliverAll(world, to);
    }
    return { suite, lost, failure: undefined };
  } catch (error) {
    return { suite, lost, failure: `after ${lost} lost commits: ${String(error)}` };
  }
}
