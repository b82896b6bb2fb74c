/** The server, composed: the rules behind their thread, the hub behind its sockets, HTTP on the same port, one data directory. */
import { randomBytes } from "node:crypto";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { nodeCrypto } from "./adapters/crypto/nodeCrypto.ts";
import { loadWebApp } from "./adapters/files/webApp.ts";
import { createApp } from "./adapters/http/app.ts";
import { createParcelGate } from "./adapters/http/parcelGate.ts";
import { contains, limitKeyOf, normalAddress } from "./adapters/http/peer.ts";
import { readRestOf } from "./adapters/http/readRest.ts";
import type { Service } from "./adapters/http/service.ts";
import type { Log } from "./adapters/logging/log.ts";
import { createConnectionCount } from "./adapters/net/connectionCount.ts";
import type { OnePort, OnePortOptions, TlsFiles } from "./adapters/net/onePort.ts";
import { listenOnePort } from "./adapters/net/onePort.ts";
import type { OpaqueServer } from "./adapters/opaque/opaqueServer.ts";
import type { PendingRoomLogin } from "./adapters/opaque/pendingLogins.ts";
import { createPendingLogins } from "./adapters/opaque/pendingLogins.ts";
import type { SqliteExecutor } from "./adapters/sqlite/executor.ts";
import { openSqliteExecutor } from "./adapters/sqlite/executor.ts";
import { StoreOpenError } from "./adapters/sqlite/storeOpenError.ts";
import type { Authority } from "./adapters/tls/authority.ts";
import type { Machine } from "./adapters/tls/names.ts";
import { lanAddresses } from "./adapters/tls/names.ts";
import type { IceServers } from "./adapters/turn/iceServers.ts";
import { createIceServers } from "./adapters/turn/iceServers.ts";
import { createHubDriver } from "./adapters/ws/hubDriver.ts";
import type { SocketServer } from "./adapters/ws/socketServer.ts";
import { createSocketServer } from "./adapters/ws/socketServer.ts";
import { createUpgradeListener } from "./adapters/ws/upgrade.ts";
import type { ServerConfig } from "./config/keys.ts";
import { blockListOf } from "./config/kinds.ts";
import { perDay, perHour, ruleSettingsOf } from "./config/ruleSettings.ts";
import { createHub, createRateLimiter, prepareFrame } from "./engine/index.ts";
import { DATABASE_FILE, openBlobFiles, openDataDir, openOpaque } from "./openDataDir.ts";
import { openTurnSecret } from "./openTurnSecret.ts";
import { openOwnAuthority, readTlsFiles, wantsAuthority, watchAuthority } from "./openTls.ts";
import type { BlobFiles } from "./ports/blobFiles.ts";
import { StartError, systemCode } from "./startError.ts";
import { removeBlobFiles, sweepBlobFiles } from "./sweepBlobFiles.ts";
import { startSweeper } from "./sweeper.ts";

export interface ServerOptions {
  readonly config: ServerConfig;
  readonly log: Log;
  /** Folder of the built web app. */
  readonly webAppDir?: string;
  /** The database's thread has failed for good: the process should end, so that whatever supervises it starts it anew. */
  readonly onFatal?: () => void;
  /** Stands before the database's thread: tests put a faulty one there and see that it is noticed. */
  readonly wrapExecutor?: (executor: SqliteExecutor) => SqliteExecutor;
}

export interface RunningServer {
  /** Where this machine reaches the server, without a path. */
  readonly url: string;
  readonly port: number;
  /** Where other machines of the network reach it now, the best first; empty where only this machine does. */
  readonly lanUrls: readonly string[];
  /** SHA-256 of the certificate of the server's own authority, in pairs of hexadecimal digits with colons; null without one. */
  readonly fingerprint: string | null;
  /** Takes no new connection, closes sockets with 1012, commits what was accepted, releases the data directory. */
  close(): Promise<void>;
}

/** Milliseconds since 1970, with fractions; steady, whatever happens to the machine's clock. */
const nowMs = (): number => performance.timeOrigin + performance.now();

/** Starts a server. Throws {@link StartError} with a sentence for the operator. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log } = options;
  const files = readTlsFiles(config.tls);
  const iceServers = createIceServers({
    stunUrls: config.ice.stunUrls,
    turnUrls: config.ice.turnUrls,
    turnSecret: openTurnSecret(config.ice),
    nowMs: Date.now,
  });
  const machine = (): Machine => machineOf(config);
  const releases: (() => void | Promise<void>)[] = [openDataDir(config.dataDir)];
  const releaseAll = async (): Promise<void> => {
    for (const release of releases.toReversed()) await release();
  };
  try {
    const opaque = await openOpaque(config.dataDir);
    const authority = wantsAuthority(config)
      ? await openOwnAuthority(config.dataDir, machine(), Date.now())
      : null;
    const tls = files ?? authority?.current() ?? null;
    const blobFiles = await openBlobFiles(config.dataDir, {
      nowMs,
      onError: (code) => log.error({ code }, "the disk of the files at the relay failed"),
    });
    releases.push(() => blobFiles.close());
    const opened = await openExecutor(options, (notices) => {
      driver.tell({ type: "notices", notices });
      removeBlobFiles(blobFiles, notices);
    });
    releases.push(() => opened.close());
    const executor = options.wrapExecutor?.(opened) ?? opened;
    const sockets = createSocketServer({
      tell: (event) => driver.tell(event),
      onSocketError: (code) => log.debug({ code }, "a socket failed"),
    });
    // What is made above speaks to the hub only once something has connected.
    const driver = createHubDriver({
      hub: createHub({ sha256: (bytes) => nodeCrypto.sha256(bytes) }),
      execute: (request) => executor.execute(request),
      nowMs,
      onSocketEffect: (effect) => sockets.carryOut(effect),
    });
    releases.push(driver.stop);
    const onePort = await listen(
      portOptions(
        options,
        { tls, authority },
        createService(config, { executor, opaque, iceServers, blobFiles }),
        sockets,
      ),
    );
    // Accepting stops before sockets are closed, so that none is left out.
    releases.push(async () => void (await Promise.all([onePort.close(), sockets.close()])));
    releases.push(
      startSweeper(
        executor,
        () => sweepBlobFiles(executor, blobFiles),
        (deleted) => log.info({ deleted }, "forgot what was past its time"),
      ),
    );
    if (authority !== null) {
      const onRenewed = (renewed: TlsFiles): void => onePort.setTls(renewed);
      releases.push(watchAuthority({ authority, machine, nowMs: Date.now, log, onRenewed }));
    }
    let closed: Promise<void> | undefined;
    return {
      url: urlOf(config, onePort.port, tls !== null),
      port: onePort.port,
      lanUrls: lanUrlsOf(config, onePort.port, authority !== null, machine()),
      fingerprint: authority?.fingerprint ?? null,
      close: () => (closed ??= releaseAll()),
    };
  } catch (error) {
    await releaseAll();
    throw error;
  }
}

interface Parts {
  readonly executor: SqliteExecutor;
  readonly opaque: OpaqueServer;
  readonly iceServers: IceServers;
  readonly blobFiles: BlobFiles;
}

function createService(config: ServerConfig, { executor, opaque, iceServers, blobFiles }: Parts): Service {
  const { limits, registration } = config;
  return {
    executor,
    store: executor.store,
    registration,
    opaque,
    pendingLogins: createPendingLogins(),
    limits: {
      loginsByAccount: createRateLimiter(perHour(limits.loginsPerAccountPerHour)),
      loginsByAddress: createRateLimiter(perHour(limits.loginsPerAddressPerHour)),
      registrationsByAddress: createRateLimiter(perHour(limits.registrationsPerAddressPerHour)),
      roomGuessesByAddress: createRateLimiter(perHour(limits.roomGuessesPerAddressPerHour)),
    },
    iceServers,
    iceByDevice: createRateLimiter(perHour(limits.iceFetchesPerDevicePerHour)),
    rooms: {
      pendingLogins: createPendingLogins<PendingRoomLogin>(),
      guessesInHour: createRateLimiter(perHour(limits.guessesPerRoomPerHour)),
      guessesInDay: createRateLimiter(perDay(limits.guessesPerRoomPerDay)),
      guessesByAccountInDay: createRateLimiter(perDay(limits.guessesPerRoomPerAccountPerDay)),
      guessesByAccount: createRateLimiter(perHour(limits.roomGuessesPerAccountPerHour)),
    },
    blobs: {
      files: blobFiles,
      newPlace: () => randomBytes(16).toString("hex"),
      gate: createParcelGate(),
      createdByDevice: createRateLimiter(perHour(limits.filesPerDevicePerHour)),
      requestsByDevice: createRateLimiter(perHour(limits.fileRequestsPerDevicePerHour)),
      reserveBytes: config.files.reserveBytes,
    },
    prepareFrame,
    nowMs,
  };
}

function portOptions(
  { config, log, webAppDir }: ServerOptions,
  { tls, authority }: { readonly tls: TlsFiles | null; readonly authority: Authority | null },
  service: Service,
  sockets: SocketServer,
): OnePortOptions {
  const originRule = { allowedOrigins: config.allowedOrigins, publicUrl: config.publicUrl };
  const trustedProxies = blockListOf(config.trustedProxies);
  const webApp = loadWebApp(webAppDir);
  const https = tls !== null;
  const app = createApp({ service, originRule, trustedProxies, webApp, log, https, authority });
  // Its own cleaning up closes connections after half a second.
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    autoCleanupIncoming: false,
  });
  const { connectionsPerAddress } = config.limits;
  const count = createConnectionCount(connectionsPerAddress);
  const socketCount = createConnectionCount(connectionsPerAddress);
  return {
    bindAddress: config.bindAddress,
    port: config.port,
    tls,
    onRequest(request, response) {
      readRestOf(request, response);
      void listener(request, response);
    },
    onUpgrade: createUpgradeListener({ sockets, originRule, trustedProxies, count: socketCount }),
    admit(remoteAddress) {
      const address = normalAddress(remoteAddress);
      const key = limitKeyOf(address);
      // A trusted proxy brings everybody's connections; its sockets are counted by client.
      if (contains(trustedProxies, address)) return () => {};
      return count.open(key) ? () => count.close(key) : undefined;
    },
  };
}

async function openExecutor(
  { config, log, onFatal }: ServerOptions,
  onNotices: Parameters<typeof openSqliteExecutor>[0]["onNotices"],
): Promise<SqliteExecutor> {
  try {
    return await openSqliteExecutor({
      file: join(config.dataDir, DATABASE_FILE),
      settings: ruleSettingsOf(config),
      worker: new URL("./storeWorker.ts", import.meta.url),
      onNotices,
      onError(message, fatal) {
        log.error({ message, fatal }, "the store failed");
        if (fatal) onFatal?.();
      },
    });
  } catch (error) {
    if (error instanceof StoreOpenError) throw new StartError("database", error.message, { cause: error });
    throw error;
  }
}

async function listen(options: OnePortOptions): Promise<OnePort> {
  const { bindAddress, port } = options;
  try {
    return await listenOnePort(options);
  } catch (error) {
    const code = systemCode(error);
    if (code.startsWith("ERR_SSL") || code.startsWith("ERR_OSSL")) {
      throw new StartError("tls", `tls.certFile and tls.keyFile are not a usable pair (${code}).`, {
        cause: error,
      });
    }
    const why = code === "EADDRINUSE" ? "the port is in use" : code;
    throw new StartError("listen", `The server cannot listen on ${bindAddress} port ${port}: ${why}.`, {
      cause: error,
    });
  }
}

/** Loopback is served over plain http even where others are not, and its certificate warnings are avoided that way. */
function urlOf({ bindAddress }: ServerConfig, port: number, tls: boolean): string {
  if (bindAddress === "0.0.0.0" || bindAddress === "::") return `http://localhost:${port}`;
  const host = inUrl(bindAddress);
  const loopback = bindAddress === "::1" || bindAddress.startsWith("127.");
  return `${tls && !loopback ? "https" : "http"}://${host}:${port}`;
}

function machineOf({ bindAddress, publicUrl }: ServerConfig): Machine {
  const publicHost = publicUrl === null ? undefined : new URL(publicUrl).hostname;
  return { bindAddress, interfaces: networkInterfaces(), hostName: hostname(), publicHost };
}

/** With certificate files only their owner knows under which names the server is reached. */
function lanUrlsOf(
  { publicUrl }: ServerConfig,
  port: number,
  ownAuthority: boolean,
  machine: Machine,
): readonly string[] {
  const publicUrls = publicUrl === null ? [] : [publicUrl];
  if (!ownAuthority) return publicUrls;
  return [...lanAddresses(machine).map((address) => `https://${inUrl(address)}:${port}`), ...publicUrls];
}

function inUrl(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
