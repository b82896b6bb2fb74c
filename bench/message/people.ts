/** Starts people as processes and gives them orders. */
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { join } from "node:path";
import { withDeadline } from "@sotto/testing/support/deadline.ts";
import type { Answer, Burst, Order } from "./orders.ts";

export interface Person {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it is done. */
  obey(order: Order): Promise<void>;
  /** Resolves when the server has acknowledged the last message. */
  send(order: Extract<Order, { kind: "send" }>): Promise<Burst>;
  /** Resolves when the messages that it awaits have been shown. */
  burst(): Promise<Burst>;
  close(): Promise<void>;
}

export interface PersonOptions {
  readonly name: string;
  readonly home: string;
  readonly server: string;
  readonly suite: number;
  /** For node itself. */
  readonly flags?: readonly string[];
}

const ANSWER_MS = 120_000;

/** Resolves when the person is registered and online. */
export async function startPerson({ name, home, server, suite, flags = [] }: PersonOptions): Promise<Person> {
  const child: ChildProcess = fork(
    join(import.meta.dirname, "person.ts"),
    [name, home, server, String(suite)],
    { execArgv: [...flags], stdio: "inherit" },
  );
  const answers: Answer[] = [];
  let look = (): void => {};
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.on("message", (answer: Answer) => {
    answers.push(answer);
    look();
  });

  async function next(): Promise<Answer> {
    const arrived = new Promise<void>((resolve) => {
      look = resolve;
      if (answers.length > 0) resolve();
    });
    const gone = ended.then(() => {
      throw new Error(`${name} has ended`);
    });
    await withDeadline(`${name}'s answer`, ANSWER_MS, Promise.race([arrived, gone]));
    const answer = answers.shift();
    if (answer?.kind === "failed") throw new Error(`${name}: ${answer.message}`);
    if (answer === undefined) throw new Error(`${name} said nothing`);
    return answer;
  }

  async function nextBurst(): Promise<Burst> {
    const answer = await next();
    if (answer.kind !== "burst") throw new Error(`${name} said ${answer.kind} in place of a burst`);
    return answer.burst;
  }

  await next();
  return {
    name,
    pid: child.pid ?? 0,
    async obey(order) {
      child.send(order);
      await next();
    },
    async send(order) {
      child.send(order);
      return nextBurst();
    },
    burst: nextBurst,
    async close() {
      child.send({ kind: "close" } satisfies Order);
      await withDeadline(`the end of ${name}`, ANSWER_MS, ended);
    },
  };
}
