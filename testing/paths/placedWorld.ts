/** A server and people's terminal clients as real processes, each on a machine of its own of a small internet. */
import { X509Certificate, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { get } from "../lan/programs.ts";
import type { Coturn } from "../network/coturn.ts";
import { startCoturn } from "../network/coturn.ts";
import type { Network, Site, SiteKind } from "../network/network.ts";
import { openNetwork } from "../network/network.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import { launched } from "../support/lineProcess.ts";
import { SOTTO_BIN } from "../support/paths.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { startRpcClient } from "../support/rpcClient.ts";
import type { ServerProcess } from "../support/serverProcess.ts";
import { startServerProcess } from "../support/serverProcess.ts";
import { signUp } from "../support/signUp.ts";

export interface PlacedWorld {
  readonly network: Network;
  readonly scratch: string;
  /** Where people reach the server. */
  readonly url: string;
  /** Of the server's own authority. */
  fingerprint(): string;
  /** STUN's address, with `turn`. */
  stunUrl(): string;
  /** The server's own authority, as PEM. */
  authority(): Promise<string>;
  /** The server's. */
  readonly dataDir: string;
  homeOf(name: string): string;
  siteOf(name: string): Site;
  register(name: string): Promise<void>;
  startClient(name: string): Promise<RpcClient>;
  killServer(): Promise<void>;
  /** On the same data and port. */
  startServer(): Promise<void>;
  stopServer(): Promise<void>;
  /** Ends everything that still runs and removes the folder. */
  close(): Promise<void>;
}

export interface PlacedWorldOptions {
  readonly name: string;
  /** Everybody's network. */
  readonly people: Readonly<Record<string, SiteKind>>;
  /** With STUN and TURN on the server's machine. */
  readonly turn?: true;
  /** Runs in the place of `sotto serve`, with the same arguments. */
  readonly program?: readonly [string, ...string[]];
  /** For the server, beside this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** The same for somebody's client. */
  readonly clientEnv?: (person: string, home: string) => Readonly<Record<string, string>>;
}

const PORT = 5555;

/** With a running server. */
export async function openPlacedWorld(options: PlacedWorldOptions): Promise<PlacedWorld> {
  const { name, people, turn, program = [process.execPath, SOTTO_BIN, "serve"], env = {} } = options;
  const clientEnv = options.clientEnv ?? (() => ({}));
  const scratch = makeScratch(name);
  const dataDir = join(scratch, "server");
  mkdirSync(dataDir, { mode: 0o700 });
  const secretFile = join(scratch, "turn-secret");
  const network = openNetwork();
  const sites = new Map(Object.entries(people).map(([person, kind]) => [person, network.addSite(kind)]));
  const clients: RpcClient[] = [];
  const url = `https://${network.server.address}:${PORT}`;
  let server: ServerProcess | undefined;
  let coturn: Coturn | undefined;

  function siteOf(person: string): Site {
    const site = sites.get(person);
    if (site === undefined) throw new Error(`${person} has no place`);
    return site;
  }

  function running(): ServerProcess {
    if (server === undefined) throw new Error("there is no server");
    return server;
  }

  const world: PlacedWorld = {
    network,
    scratch,
    url,
    fingerprint: () => running().fingerprint ?? "",
    stunUrl: () => coturn?.stunUrl ?? "",
    async authority() {
      const { body = "" } = await get(
        network.server.namespace,
        `${url.replace("https", "http")}/authority.crt`,
      );
      return new X509Certificate(Buffer.from(body, "base64")).toString();
    },
    dataDir,
    homeOf: (person) => join(scratch, person),
    siteOf,
    register: (person) =>
      signUp({
        name: person,
        home: world.homeOf(person),
        serverUrl: url,
        fingerprint: world.fingerprint(),
        password: `${person}'s password is a long one`,
        launcher: siteOf(person).namespace.launcher,
      }),
    async startClient(person) {
      const { launcher } = siteOf(person).namespace;
      const home = world.homeOf(person);
      const client = await startRpcClient({ name: person, home, launcher, env: clientEnv(person, home) });
      clients.push(client);
      return client;
    },
    killServer: () => running().kill(),
    async startServer() {
      server = await startServerProcess({
        dataDir,
        port: PORT,
        bind: "0.0.0.0",
        program: launched(network.server.namespace.launcher, ...program),
        env: { ...env, ...(coturn !== undefined && iceEnv(coturn, secretFile)) },
      });
    },
    stopServer: () => running().stop(),
    async close() {
      await Promise.all(clients.map((client) => client.kill()));
      await server?.kill();
      await coturn?.stop();
      network.close();
      removeScratch(scratch);
    },
  };
  try {
    if (turn === true) {
      const secret = randomBytes(32).toString("base64url");
      writeFileSync(secretFile, secret, { mode: 0o600 });
      coturn = await startCoturn(network.server, secret);
    }
    await world.startServer();
  } catch (error) {
    await world.close();
    throw error;
  }
  return world;
}

function iceEnv({ stunUrl, turnUrls }: Coturn, secretFile: string): Readonly<Record<string, string>> {
  return {
    SOTTO_ICE_STUN_URLS: stunUrl,
    SOTTO_ICE_TURN_URLS: turnUrls.join(","),
    SOTTO_ICE_TURN_SECRET_FILE: secretFile,
  };
}
