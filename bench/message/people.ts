/** Starts people as processes and gives them orders. */
import { join } from "node:path";
import { startOrderedProcess } from "../harness/orderedProcess.ts";
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

/** Resolves when the person is registered and online. */
export async function startPerson({ name, home, server, suite, flags = [] }: PersonOptions): Promise<Person> {
  const running = await startOrderedProcess<Order, Answer>({
    name,
    file: join(import.meta.dirname, "person.ts"),
    args: [name, home, server, String(suite)],
    execArgv: flags,
  });

  async function nextBurst(): Promise<Burst> {
    const answer = await running.next();
    if (answer.kind !== "burst") throw new Error(`${name} said ${answer.kind} in place of a burst`);
    return answer.burst;
  }

  return {
    name,
    pid: running.pid,
    async obey(order) {
      running.give(order);
      await running.next();
    },
    async send(order) {
      running.give(order);
      return nextBurst();
    },
    burst: nextBurst,
    close: () => running.end({ kind: "close" }),
  };
}
