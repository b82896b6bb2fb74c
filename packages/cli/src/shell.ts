/** What a command is given of the process that runs it. Tests make one of streams in memory and a home that keeps nothing. */
import { homedir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { SottoHome } from "sotto";
import type { NodeHomeOptions, ServerOfHome, ServerTrust } from "sotto/node";

export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface Shell {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Folder of the account when neither --home nor SOTTO_HOME names one. */
  readonly defaultHome: string;
  /** The home in a folder, which is made when it is needed. Loads the SDK. */
  openHome(dir: string, options?: Pick<NodeHomeOptions, "links">): Promise<SottoHome>;
  /** What a server's certificate says of it, and whether the home trusts it. */
  inspectServer(target: ServerOfHome): Promise<ServerTrust>;
  /** Has the home trust the authority of this fingerprint for the server. */
  pinServer(target: ServerOfHome & { readonly fingerprint: string }): Promise<void>;
  /** From now on SIGINT, SIGTERM and SIGHUP abort the signal instead of ending the process; a second one ends it at once. */
  stopSignal(): AbortSignal;
}

/** The shell of this process. */
export function processShell(): Shell {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    defaultHome: join(homedir(), ".sotto"),
    async openHome(dir, options) {
      const { openNodeHome } = await import("sotto/node");
      return openNodeHome({ dir, ...options });
    },
    async inspectServer(target) {
      const { inspectServer } = await import("sotto/node");
      return inspectServer(target);
    },
    async pinServer(target) {
      const { pinServer } = await import("sotto/node");
      await pinServer(target);
    },
    stopSignal() {
      const controller = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => controller.abort());
      return controller.signal;
    },
  };
}

/** Writes a line to stdout. Everything received from others is sanitised before. */
export function print(shell: Shell, line: string): void {
  shell.stdout.write(`${line}\n`);
}

/** Writes a line that is not the command's result, such as progress or a problem. */
export function tell(shell: Shell, line: string): void {
  shell.stderr.write(`${line}\n`);
}
