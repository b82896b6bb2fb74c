/** A server process that has one core to itself and no other: what it costs is read from the kernel's books. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { withDeadline } from "@sotto/testing/support/deadline.ts";
import { startLineProcess } from "@sotto/testing/support/lineProcess.ts";

/** The core of the server … */
export const SERVER_CORE = 0;
/** … and that of whatever puts load on it. */
export const LOAD_CORE = 1;

export interface PinnedServer {
  readonly port: number;
  /** CPU time of all its threads in seconds, user and system, exact to 10 ms. */
  cpuSeconds(): number;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface PinnedServerOptions {
  /** Prints a line of JSON with `event: "ready"` and `url` once it serves. */
  readonly program: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

const START_MS = 30_000;
const STOP_MS = 15_000;

/** Starts the program on {@link SERVER_CORE}. Rejects with its last words if it ends before it serves. */
export async function startPinnedServer({ program, env = {} }: PinnedServerOptions): Promise<PinnedServer> {
  const ready = Promise.withResolvers<string>();
  // taskset becomes the program, so that the process id is the server's.
  const child = startLineProcess({
    command: ["taskset", "--cpu-list", String(SERVER_CORE), ...program],
    env,
    onLine: (line) => {
      const { event, url } = JSON.parse(line) as { event?: unknown; url?: unknown };
      if (event === "ready" && typeof url === "string") ready.resolve(url);
    },
  });
  const failed = child.exited.then(({ code, signal }): never => {
    throw new Error(`the server ended (${signal ?? code}): ${child.errors().slice(-2000)}`);
  });
  const url = await withDeadline("the server's start", START_MS, Promise.race([ready.promise, failed]));
  failed.catch(() => {});
  return {
    port: Number(new URL(url).port),
    cpuSeconds: () => cpuSecondsOf(child.pid),
    async stop() {
      child.kill("SIGTERM");
      await withDeadline("the server's end", STOP_MS, child.exited);
    },
  };
}

/** Binds all threads of this process to {@link LOAD_CORE}. */
export function pinThisProcess(): void {
  execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(LOAD_CORE), String(process.pid)]);
}

/** Clock ticks of the kernel's books per second: fixed for programs since Linux 2.6. */
const TICKS_PER_SECOND = 100;

/** proc_pid_stat(5): fields 14 and 15, counted behind the program's name, which may hold anything. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
