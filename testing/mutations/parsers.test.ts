/** Attack 24: no bytes make a parser throw or keep a thread busy for longer than the bound. */
import { expect, test } from "vitest";
import { createRandom } from "../sim/random.ts";
import { bombsOf } from "./bombs.ts";
import { alterBytes, BYTE_KINDS } from "./bytes.ts";
import { BOUND_MS } from "./mutants.ts";
import type { Parser } from "./parsers.ts";
import { createParsers } from "./parsers.ts";
import { createMeter } from "./timing.ts";

const ALTERATIONS = 500;
const RANDOM_INPUTS = 100;

/** Milliseconds of the slowest input. Rejects with whatever the parser throws. */
async function worstOf({ parse }: Parser, inputs: Iterable<Uint8Array>): Promise<number> {
  const meter = createMeter(BOUND_MS);
  for (const input of inputs) await meter.run(async () => parse(input));
  return meter.takeWorstMs();
}

function* alterationsOf({ name, samples, maxBytes }: Parser): Generator<Uint8Array> {
  const random = createRandom(1, name);
  for (let i = 0; i < ALTERATIONS; i++)
    yield alterBytes(random.pick(BYTE_KINDS), random.pick(samples), samples, random);
  for (let i = 0; i < RANDOM_INPUTS; i++)
    yield random.bytes(random.between(0, Math.min(maxBytes, i < 10 ? maxBytes : 200)));
}

const parsers = await createParsers();

test.each(parsers)(
  "ATK-24 $name: altered, random, and as large as it gets",
  { timeout: 60_000 },
  async (parser) => {
    // What it is for must go through, or the rest would show nothing.
    for (const sample of parser.samples) expect(await parser.parse(sample)).toBeDefined();
    expect(await worstOf(parser, alterationsOf(parser))).toBeLessThanOrEqual(BOUND_MS);
    const bombs = parser.samples.flatMap((sample) => bombsOf(sample, parser.maxBytes));
    expect(await worstOf(parser, bombs)).toBeLessThanOrEqual(BOUND_MS);
  },
);

test("a parser that is slow for one input, or throws, is seen", async () => {
  const slow: Parser = { name: "slow", parse: burn, samples: [new Uint8Array(1)], maxBytes: 1 };
  expect(await worstOf(slow, slow.samples)).toBeGreaterThan(BOUND_MS);
  const fault = new TypeError("untyped");
  const throwing: Parser = {
    ...slow,
    parse: () => {
      throw fault;
    },
  };
  await expect(worstOf(throwing, throwing.samples)).rejects.toBe(fault);
});

function burn(): void {
  const before = process.threadCpuUsage();
  let spent = 0;
  while (spent < (BOUND_MS + 20) * 1000) {
    const { user, system } = process.threadCpuUsage(before);
    spent = user + system;
  }
}
