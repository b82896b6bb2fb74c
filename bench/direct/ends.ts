/** Starts the two ends as processes on machines of their own and gives them orders. */
import { join } from "node:path";
import { withDeadline } from "@sotto/testing/support/deadline.ts";
import { launched } from "@sotto/testing/support/lineProcess.ts";
import { startOrderedProcess } from "../harness/orderedProcess.ts";
import type { Answer, Order } from "./orders.ts";

const ANSWER_MS = 120_000;

export interface End {
  /** The answer to the order. */
  obey(order: Order): Promise<Answer>;
  /** The next answer to an order that has several. */
  next(): Promise<Answer>;
  close(): Promise<void>;
}

/** @param launcher of the machine, such as `ip netns exec NAME` */
export async function startEnd(
  program: string,
  args: readonly string[],
  launcher: readonly string[],
): Promise<End> {
  const [execPath, ...execArgv] = launched(launcher, process.execPath);
  const file = join(import.meta.dirname, program);
  const running = await startOrderedProcess<Order, Answer>({ name: program, file, args, execPath, execArgv });
  return {
    obey(order) {
      running.give(order);
      return running.next();
    },
    next: () => running.next(),
    close: () => running.end({ kind: "close" }),
  };
}

export interface Answers {
  readonly take: (answer: Answer) => void;
  /** Rejects for one that says `failed`. */
  readonly next: () => Promise<Answer>;
}

/** What an end in a page has said. */
export function createAnswers(name: string): Answers {
  const said: Answer[] = [];
  let look = (): void => {};
  return {
    take: (answer) => {
      said.push(answer);
      look();
    },
    next: async () => {
      const arrived = new Promise<void>((resolve) => {
        look = resolve;
        if (said.length > 0) resolve();
      });
      await withDeadline(`${name}'s answer`, ANSWER_MS, arrived);
      const answer = said.shift();
      if (answer === undefined) throw new Error(`${name} said nothing`);
      if (answer.kind === "failed") throw new Error(`${name}: ${answer.message}`);
      return answer;
    },
  };
}

export interface LinkFigures {
  readonly openMs: number;
  readonly perSecond: number;
  readonly tripMs: number;
}

export interface Load {
  readonly messages: number;
  readonly trips: number;
  readonly sizeBytes: number;
}

/** Links the two, measures, and takes the link down again. */
export async function measureLink(alice: End, bob: End, load: Load): Promise<LinkFigures> {
  const { messages: count, trips, sizeBytes } = load;
  await bob.obey({ kind: "expect" });
  const [called, expected] = await Promise.all([linked(alice.obey({ kind: "call" })), linked(bob.next())]);
  await bob.obey({ kind: "await", count });
  const [sent, came] = await Promise.all([
    burst(alice.obey({ kind: "send", count, sizeBytes })),
    burst(bob.next()),
  ]);
  await bob.obey({ kind: "echo", count: trips });
  const tripped = await alice.obey({ kind: "trips", count: trips, sizeBytes });
  if (tripped.kind !== "trips") throw new Error("no round trips were made");
  await alice.obey({ kind: "unlink" });
  await bob.obey({ kind: "unlink" });
  return {
    openMs: Math.max(called.openMs, expected.openMs) - called.askedMs,
    perSecond: (1000 * count) / (Math.max(sent.endedMs, came.endedMs) - sent.startedMs),
    tripMs: tripped.medianMs,
  };
}

async function linked(answered: Promise<Answer>): Promise<Extract<Answer, { kind: "linked" }>> {
  const said = await answered;
  if (said.kind !== "linked") throw new Error(`${said.kind} in place of a link`);
  return said;
}

async function burst(answered: Promise<Answer>): Promise<Extract<Answer, { kind: "burst" }>> {
  const said = await answered;
  if (said.kind !== "burst") throw new Error(`${said.kind} in place of a burst`);
  return said;
}
