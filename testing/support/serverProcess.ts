/** `sotto serve` as a process that can be killed and started again on the same data. */
import type { Exit } from "./lineProcess.ts";
import { startLineProcess } from "./lineProcess.ts";
import { SOTTO_BIN } from "./paths.ts";
import { PATIENCE_MS, withDeadline } from "./deadline.ts";

export interface ServerOptions {
  readonly dataDir: string;
  /** 0: a free one. */
  readonly port?: number;
  /** 127.0.0.1 unless others are to reach it. */
  readonly bind?: string;
  /** Runs the server: `sotto serve` unless another program that takes the same arguments is named. */
  readonly program?: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServerProcess {
  readonly url: string;
  /** Where other machines reach it, and the fingerprint of its own authority. */
  readonly lanUrls: readonly string[];
  readonly fingerprint: string | null;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Its log. */
  log(): string;
  /** SIGKILL; resolves when it is dead, at once if it is already. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it has ended, rejects if not with exit code 0. */
  stop(): Promise<void>;
}

/** Resolves when the server is ready. Rejects with its last words if it ends before. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { dataDir, port = 0, bind = "127.0.0.1", program = [process.execPath, SOTTO_BIN, "serve"] } = options;
  const args = ["--data", dataDir, "--port", String(port), "--bind", bind, "--json"];
  const ready = Promise.withResolvers<ReadyLine>();
  const child = startLineProcess({
    command: [...program, ...args],
    cwd: dataDir,
    // Everything that a server of this machine's test may do in an hour.
    env: {
      SOTTO_LIMITS_REGISTRATIONS_PER_ADDRESS_PER_HOUR: "1000",
      SOTTO_LOG_LEVEL: "debug",
      ...options.env,
    },
    onLine: (line) => {
      const parsed = parseReadyLine(line);
      if (parsed !== undefined) ready.resolve(parsed);
    },
  });
  let ended = false;
  void child.exited.then(() => (ended = true));
  const failed = child.exited.then(({ code, signal }): never => {
    throw new Error(`the server ended (${signal ?? code}): ${child.errors().slice(-2000)}`);
  });
  const { url, pid, lanUrls, fingerprint } = await withDeadline(
    "the server's ready line",
    PATIENCE_MS,
    Promise.race([ready.promise, failed]),
  );
  failed.catch(() => {});
  return {
    url,
    lanUrls,
    fingerprint,
    port: Number(new URL(url).port),
    pid,
    exited: child.exited,
    log: () => child.errors(),
    async kill() {
      if (!ended) process.kill(pid, "SIGKILL");
      await withDeadline("the killed server's end", PATIENCE_MS, child.exited);
    },
    async stop() {
      process.kill(pid, "SIGTERM");
      const { code, signal } = await withDeadline("the stopped server's end", PATIENCE_MS, child.exited);
      if (code !== 0)
        throw new Error(`the server stopped with ${signal ?? code}: ${child.errors().slice(-2000)}`);
    },
  };
}

interface ReadyLine {
  readonly url: string;
  readonly pid: number;
  readonly lanUrls: readonly string[];
  readonly fingerprint: string | null;
}

function parseReadyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith("{")) return undefined;
  const value = JSON.parse(line) as { readonly event?: unknown } & Partial<ReadyLine>;
  if (value.event !== "ready" || typeof value.url !== "string" || typeof value.pid !== "number")
    return undefined;
  const { url, pid, lanUrls = [], fingerprint = null } = value;
  return { url, pid, lanUrls, fingerprint };
}
