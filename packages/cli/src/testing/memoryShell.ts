/** A shell of streams in memory around a {@link createFakeSotto}. */
import { PassThrough, Writable } from "node:stream";
import type { Sotto, SottoHome } from "sotto";
import { SottoError } from "sotto";
import type { ServerTrust } from "sotto/node";
import type { Shell } from "../shell.ts";

export interface MemoryShell extends Shell {
  readonly stdin: PassThrough;
  /** What was written so far. */
  out(): string;
  err(): string;
  /** What SIGINT does. */
  stop(): void;
  /** Options of register and login as they came. */
  readonly signIns: readonly unknown[];
  /** Fingerprints that were pinned, with their servers. */
  readonly pins: readonly string[];
}

export interface MemoryShellOptions {
  /** The device that is signed in; without one `open` rejects with `storeMissing`. */
  readonly sotto?: Sotto;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly home?: string;
  /** What every server's certificate looks like. */
  readonly trust?: ServerTrust;
}

export function createMemoryShell({
  sotto,
  env = {},
  cwd = "/nowhere",
  home = "/nowhere/home",
  trust = { kind: "trusted" },
}: MemoryShellOptions): MemoryShell {
  const controller = new AbortController();
  const signIns: unknown[] = [];
  const pins: string[] = [];
  const opened = (): Sotto => {
    if (sotto === undefined) throw new SottoError("storeMissing", "No account is signed in here.");
    return sotto;
  };
  const signIn = async (options: unknown): Promise<Sotto> => {
    signIns.push(options);
    return opened();
  };
  const fakeHome: SottoHome = {
    register: signIn,
    login: signIn,
    open: async () => opened(),
    exists: async () => sotto !== undefined,
  };
  const stdout = collector();
  const stderr = collector();
  return {
    stdin: new PassThrough(),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    cwd,
    defaultHome: home,
    openHome: async () => fakeHome,
    inspectServer: async () => trust,
    pinServer: async ({ server, fingerprint }) => void pins.push(`${server} ${fingerprint}`),
    stopSignal: () => controller.signal,
    out: stdout.text,
    err: stderr.text,
    stop: () => controller.abort(),
    signIns,
    pins,
  };
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}
