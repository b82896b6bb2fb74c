/** A terminal client driven by its scripting interface: one `sotto rpc` process. */
import { PATIENCE_MS, withDeadline } from "./deadline.ts";
import type { LineProcess } from "./lineProcess.ts";
import { launched, startLineProcess } from "./lineProcess.ts";
import { SOTTO_BIN } from "./paths.ts";
import type { RpcEvent, RpcMethod, RpcMethods } from "./rpcContract.ts";
import { SLOW_METHODS } from "./rpcContract.ts";

/** For a whole file, its way cut and restored. */
const FILE_PATIENCE_MS = 1_200_000;

/** The client answered with an error. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  /** From the one error table, or JSON-RPC's number as text. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The client's process ended before it answered: whether the request took effect is not known. */
export class RpcEnded extends Error {
  override readonly name = "RpcEnded";
}

type Arguments<M extends RpcMethod> = RpcMethods[M][0] extends undefined ? [] : [params: RpcMethods[M][0]];

export interface RpcClient {
  readonly name: string;
  readonly pid: number;
  /** Calls may be pipelined. Rejects with {@link RpcError} or {@link RpcEnded}. */
  call<M extends RpcMethod>(method: M, ...params: Arguments<M>): Promise<RpcMethods[M][1]>;
  /** Calls the listener with each event until the returned function is called. */
  on(listener: (event: RpcEvent) => void): () => void;
  hasEnded(): boolean;
  errors(): string;
  /** SIGKILL; resolves when it is dead, at once if it is already. */
  kill(): Promise<void>;
  /** Ends its input; rejects if it does not end with exit code 0. */
  close(): Promise<void>;
}

export interface RpcClientOptions {
  readonly name: string;
  /** The home folder, with a signed-in device. */
  readonly home: string;
  /** Starts the program, for instance inside another network. */
  readonly launcher?: readonly string[];
  /** Beside this process's. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: { readonly code?: string };
  };
  readonly method?: string;
  readonly params?: unknown;
}

/** Starts the client and waits for its first answer, so that it is there when this resolves. */
export async function startRpcClient(options: RpcClientOptions): Promise<RpcClient> {
  const client = rpcClientOf(options.name, (onLine) =>
    startLineProcess({
      command: launched(options.launcher, process.execPath, SOTTO_BIN, "--home", options.home, "rpc"),
      cwd: options.home,
      env: { SOTTO_DEBUG: "1", ...options.env },
      onLine,
    }),
  );
  await client.call("status");
  return client;
}

/** The client over a process that `start` starts; separate from it so that another program can stand in for `sotto rpc`. */
export function rpcClientOf(name: string, start: (onLine: (line: string) => void) => LineProcess): RpcClient {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: RpcEvent) => void>();
  let lastId = 0;
  let ended = false;
  const child = start((line) => receive(JSON.parse(line) as Reply));
  const ending = child.exited.then((exit) => {
    ended = true;
    for (const { reject } of waiting.values()) reject(endedError());
    waiting.clear();
    return exit;
  });

  function receive(reply: Reply): void {
    if (reply.method === "event") {
      for (const listener of listeners) listener(reply.params as RpcEvent);
      return;
    }
    const call = reply.id === undefined ? undefined : waiting.get(reply.id);
    if (reply.id === undefined || call === undefined)
      throw new Error(`${name}: an answer without a question: ${JSON.stringify(reply)}`);
    waiting.delete(reply.id);
    const { error } = reply;
    if (error === undefined) call.resolve(reply.result as never);
    else void refuse(call, error);
  }

  /** A client that has closed by itself says why as it ends. */
  async function refuse(call: Waiting, error: NonNullable<Reply["error"]>): Promise<void> {
    const code = error.data?.code ?? String(error.code);
    if (code === "closed") await withDeadline("its end", 3000, ending).catch(() => {});
    const why = code === "closed" ? ` ${child.errors().slice(-3000)}` : "";
    call.reject(new RpcError(code, `${name}: ${error.message}${why}`));
  }

  function endedError(): RpcEnded {
    return new RpcEnded(`${name}'s client has ended: ${child.errors().slice(-2000)}`);
  }

  return {
    name,
    pid: child.pid,
    hasEnded: () => ended,
    errors: () => child.errors(),
    call(method, ...params) {
      if (ended) return Promise.reject(endedError());
      const id = ++lastId;
      const answer = new Promise<never>((resolve, reject) => waiting.set(id, { resolve, reject }));
      child.write(
        JSON.stringify({ jsonrpc: "2.0", id, method, ...(params.length > 0 && { params: params[0] }) }),
      );
      const patienceMs = SLOW_METHODS.has(method) ? FILE_PATIENCE_MS : PATIENCE_MS;
      return withDeadline(`${name}'s answer to ${method}`, patienceMs, answer);
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async kill() {
      child.kill("SIGKILL");
      await withDeadline(`the end of ${name}'s killed client`, PATIENCE_MS, ending);
    },
    async close() {
      child.endInput();
      const { code, signal } = await withDeadline(`the end of ${name}'s client`, PATIENCE_MS, ending);
      if (code !== 0) throw new Error(`${name}'s client ended with ${signal ?? code}: ${child.errors()}`);
    },
  };
}

/**
 * Resolves with the first event from now on that `matches`. Ask before causing it.
 *
 * @param what for the error when it does not come in time
 */
export function nextEvent<T extends RpcEvent["type"]>(
  client: RpcClient,
  type: T,
  what: string,
  matches: (event: Extract<RpcEvent, { type: T }>) => boolean,
  timeoutMs: number = PATIENCE_MS,
): Promise<Extract<RpcEvent, { type: T }>> {
  const found = Promise.withResolvers<Extract<RpcEvent, { type: T }>>();
  const stop = client.on((event) => {
    if (event.type !== type) return;
    const typed = event as Extract<RpcEvent, { type: T }>;
    if (matches(typed)) found.resolve(typed);
  });
  return withDeadline(`${client.name}: ${what}`, timeoutMs, found.promise).finally(stop);
}

/** Resolves when the condition holds, asked now and after every event of the client; one question at a time. */
export async function until(
  client: RpcClient,
  what: string,
  condition: () => Promise<boolean>,
  timeoutMs: number = PATIENCE_MS,
): Promise<void> {
  const held = Promise.withResolvers<void>();
  let asking = false;
  let again = false;
  async function ask(): Promise<void> {
    again = asking;
    if (asking) return;
    asking = true;
    try {
      do {
        again = false;
        if (await condition()) return held.resolve();
      } while (again);
    } catch (error) {
      held.reject(error);
    } finally {
      asking = false;
    }
  }
  const stop = client.on(() => void ask());
  void ask();
  await withDeadline(`${client.name}: ${what}`, timeoutMs, held.promise).finally(stop);
}
