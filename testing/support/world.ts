/** A server and people's clients as real processes, a proxy between them, and a folder with all that they keep. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeScratch, removeScratch } from "./files.ts";
import type { RpcClient } from "./rpcClient.ts";
import { startRpcClient } from "./rpcClient.ts";
import type { ServerOptions, ServerProcess } from "./serverProcess.ts";
import { startServerProcess } from "./serverProcess.ts";
import { signUp } from "./signUp.ts";
import type { Tap, TcpProxy } from "./tcpProxy.ts";
import { startTcpProxy } from "./tcpProxy.ts";

export interface WorldOptions {
  readonly name: string;
  /** Sees all traffic. */
  readonly tap: Tap;
  readonly program?: ServerOptions["program"];
  /** Restarts the server on the port that it had; otherwise each takes a free one, and the proxy knows. */
  readonly keepPort?: boolean;
}

export interface World {
  readonly scratch: string;
  /** The server's. */
  readonly dataDir: string;
  /** What clients are given: the proxy's address, which outlives servers. */
  readonly url: string;
  homeOf(name: string): string;
  passwordOf(name: string): string;
  register(name: string): Promise<void>;
  startClient(name: string): Promise<RpcClient>;
  /** Resolves when the server is dead and all it sent has passed the proxy. */
  killServer(): Promise<void>;
  /** On the same data. */
  startServer(): Promise<void>;
  stopServer(): Promise<void>;
  /** Logs of all the servers so far. */
  logs(): string;
  /** Ends everything that still runs and removes the folder. */
  close(): Promise<void>;
}

/** With a running server. */
export async function openWorld({ name, tap, program, keepPort }: WorldOptions): Promise<World> {
  const scratch = makeScratch(name);
  const dataDir = join(scratch, "server");
  mkdirSync(dataDir, { mode: 0o700 });
  const servers: ServerProcess[] = [];
  const clients: RpcClient[] = [];
  const proxy: TcpProxy = await startTcpProxy(tap);

  async function startServer(): Promise<void> {
    const port = keepPort === true ? (servers.at(-1)?.port ?? 0) : 0;
    const server = await startServerProcess({ dataDir, port, ...(program !== undefined && { program }) });
    servers.push(server);
    proxy.setTarget(server.port);
  }

  function server(): ServerProcess {
    const last = servers.at(-1);
    if (last === undefined) throw new Error("there is no server");
    return last;
  }

  const world: World = {
    scratch,
    dataDir,
    url: proxy.url,
    homeOf: (person) => join(scratch, person),
    passwordOf: (person) => `${person}'s password is a long one`,
    register: (person) =>
      signUp({
        name: person,
        home: world.homeOf(person),
        serverUrl: proxy.url,
        password: world.passwordOf(person),
      }),
    async startClient(person) {
      const client = await startRpcClient({ name: person, home: world.homeOf(person) });
      clients.push(client);
      return client;
    },
    async killServer() {
      proxy.setTarget(undefined);
      await server().kill();
      await proxy.idle();
    },
    startServer,
    stopServer: () => server().stop(),
    logs: () => servers.map((started) => started.log()).join(""),
    async close() {
      await Promise.all(clients.map((client) => client.kill()));
      await Promise.all(servers.map((started) => started.kill()));
      await proxy.close();
      removeScratch(scratch);
    },
  };
  await startServer();
  return world;
}
