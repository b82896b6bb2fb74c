/** A child process that speaks in lines on standard output. It dies with the process that started it. */
import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { isMainThread } from "node:worker_threads";

export interface LineProcessOptions {
  readonly command: readonly [program: string, ...args: string[]];
  /** Added to this process's environment, from which everything named SOTTO_ has been taken. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly onLine: (line: string) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LineProcess {
  readonly pid: number;
  /** Resolves when the process has ended and its output has been read to the end. */
  readonly exited: Promise<Exit>;
  /** Everything that it has written to standard error so far. */
  errors(): string;
  write(line: string): void;
  endInput(): void;
  /** Sends the signal; `exited` tells when it worked. */
  kill(signal: NodeJS.Signals): void;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const children = new Set<Child>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});
// Without this a signal would end the process past its exit handlers. Threads of a test runner leave signals to it.
if (isMainThread)
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

/** Starts the program. Throws if there is none of that name. */
export function startLineProcess({ command, env = {}, cwd, onLine }: LineProcessOptions): LineProcess {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...cleanEnvironment(), ...networkOf(command), ...env },
    ...(cwd !== undefined && { cwd }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} cannot be started`);
  children.add(child);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  // A killed process breaks the pipe; its exit says so.
  child.stdin.on("error", () => {});
  createInterface({ input: child.stdout, crlfDelay: Infinity }).on("line", onLine);
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    });
  });
  return {
    pid,
    exited,
    errors: () => errors,
    write: (line) => void child.stdin.write(`${line}\n`),
    endInput: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
  };
}

/** The command behind what starts it, such as `ip netns exec NAME`. */
export function launched(
  launcher: readonly string[] | undefined,
  ...command: readonly [program: string, ...args: string[]]
): LineProcessOptions["command"] {
  const [program = command[0], ...args] = [...(launcher ?? []), ...command];
  return [program, ...args];
}

/** Terminals look for each other only on networks that a test has made: this machine's own is nobody's playground. */
export function networkOf([program]: LineProcessOptions["command"]): Readonly<Record<string, string>> {
  return program === "ip" ? {} : { SOTTO_DIRECT_CONNECTIONS: "false" };
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SOTTO_")));
}
