/** Altered bytes at the engine's entrances: which there are, and what may come of them. */
import { alterMessage } from "@sotto/crypto/testing";
import type { Random } from "../sim/random.ts";
import { createRandom } from "../sim/random.ts";
import { alterBytes, BYTE_KINDS } from "./bytes.ts";
import type { EngineWorld, Sample } from "./engineWorld.ts";
import type { Verdict } from "./entrances.ts";
import type { Meter } from "./timing.ts";

/** No input may keep a thread busy for longer: attack 24. */
export const BOUND_MS = 100;

/** One field of the decoded message is another, but nothing is signed anew. */
const FIELD = "field";
const KINDS = [...BYTE_KINDS, FIELD, FIELD, FIELD];
/** Share of mutants that go to an entrance that is meant for any sample, instead of their own. */
const ASTRAY = 0.05;
/** … and of those that a member made and signed. */
const INSIDERS = 0.05;
const GOOD: ReadonlySet<Verdict | Untyped> = new Set<Verdict>(["refused", "same", "alike", "out"]);

type Untyped = `untyped ${string}`;

export interface Mutant {
  readonly sample: string;
  readonly kind: string;
  readonly entrance: string;
  readonly bytes: Uint8Array;
}

export interface MutantResult {
  readonly mutant: Mutant;
  readonly verdict: Verdict | Untyped;
  /** CPU time of the longest call. */
  readonly worstMs: number;
}

/** The `number`-th mutant of a seed; `undefined` if the alteration gave a valid sample again or nothing that can be encoded. */
export async function mutantOf(
  world: EngineWorld,
  seed: number,
  number: number,
): Promise<Mutant | undefined> {
  const random = createRandom(seed, `mutant ${number}`);
  return random.chance(INSIDERS) ? insiderMutant(world, random) : byteMutant(world, random);
}

/** Feeds a mutant to its entrance. */
export async function feed(world: EngineWorld, meter: Meter, mutant: Mutant): Promise<MutantResult> {
  const entrance = world.entrances[mutant.entrance];
  if (entrance === undefined) throw new Error(`no entrance ${mutant.entrance}`);
  const verdict = await entrance(mutant.bytes.slice()).catch(untyped);
  return { mutant, verdict, worstMs: meter.takeWorstMs() };
}

/** What is wrong with a result, or `undefined`. */
export function faultOf({ mutant, verdict, worstMs }: MutantResult): string | undefined {
  const { sample, kind, entrance } = mutant;
  const fault = GOOD.has(verdict) ? (worstMs > BOUND_MS ? `${worstMs.toFixed(0)} ms` : undefined) : verdict;
  return fault && `${sample}, ${kind}, at ${entrance}: ${fault}`;
}

async function insiderMutant(world: EngineWorld, random: Random): Promise<Mutant | undefined> {
  const { name, entrance, make } = random.pick(world.insiders);
  const bytes = await make(diceOf(random));
  return bytes && { sample: name, kind: "signed field", entrance, bytes };
}

function byteMutant(world: EngineWorld, random: Random): Mutant | undefined {
  const { samples } = world;
  const sample = random.pick(samples);
  const kind = random.pick(KINDS);
  const bytes = altered(kind, sample, samples, random);
  if (bytes === undefined || samples.some((valid) => Buffer.compare(valid.bytes, bytes) === 0))
    return undefined;
  const entrances = random.chance(ASTRAY) ? samples.flatMap((other) => other.entrances) : sample.entrances;
  return { sample: sample.name, kind, entrance: random.pick(entrances), bytes };
}

function altered(
  kind: string,
  { bytes }: Sample,
  samples: readonly Sample[],
  random: Random,
): Uint8Array | undefined {
  if (kind === FIELD) return alterMessage(bytes, diceOf(random));
  const others = samples.map((other) => other.bytes);
  return alterBytes(kind, bytes, others, random);
}

function diceOf(random: Random): (below: number) => number {
  return (below) => random.between(0, below - 1);
}

function untyped(error: unknown): Untyped {
  return `untyped ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}
