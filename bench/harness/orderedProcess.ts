/** A program of its own process that is given orders and answers them, one by one. */
import { fork } from "node:child_process";
import { withDeadline } from "@sotto/testing/support/deadline.ts";

export interface OrderedProcess<Order, Answer> {
  readonly pid: number;
  give(order: Order): void;
  /** The next answer. Rejects for one that says `failed`, and when the process has ended. */
  next(): Promise<Answer>;
  /** Resolves when the process has ended. */
  end(order: Order): Promise<void>;
}

export interface OrderedProgram {
  /** For messages. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Node, or what starts it. */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  /** How long an answer may take, if not {@link ANSWER_MS}. */
  readonly answerMs?: number;
}

const ANSWER_MS = 120_000;

/** Resolves when the program has said that it is ready: its first answer. */
export async function startOrderedProcess<
  Order extends object,
  Answer extends { readonly kind: string; readonly message?: string },
>(program: OrderedProgram): Promise<OrderedProcess<Order, Answer>> {
  const { name, file, args, execPath, execArgv = [], answerMs = ANSWER_MS } = program;
  const child = fork(file, args, {
    ...(execPath !== undefined && { execPath }),
    execArgv: [...execArgv],
    stdio: "inherit",
  });
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
    await withDeadline(`${name}'s answer`, answerMs, Promise.race([arrived, gone]));
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`${name} said nothing`);
    if (answer.kind === "failed") throw new Error(`${name}: ${answer.message}`);
    return answer;
  }

  await next();
  return {
    pid: child.pid ?? 0,
    give: (order) => void child.send(order),
    next,
    async end(order) {
      child.send(order);
      await withDeadline(`the end of ${name}`, ANSWER_MS, ended);
    },
  };
}
