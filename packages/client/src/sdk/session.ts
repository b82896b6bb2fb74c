/** One run of a device: engine, runtime and connection over an open store. A new password ends it and begins another. */
import { toBase64Url } from "@sotto/protocol";
import { parseServerAddress } from "../account/serverAddress.ts";
import type { SottoError } from "../api.ts";
import type { ClientEvent, Command, CommandResult } from "../engine/contract.ts";
import type { Engine, EngineTables } from "../engine/index.ts";
import { ENGINE_TABLES, createEngine } from "../engine/index.ts";
import type { Identity } from "../engine/records/identity.ts";
import { createHttpBlobs } from "../http/blobs.ts";
import type { ServerApi } from "../http/serverApi.ts";
import { createServerApi } from "../http/serverApi.ts";
import type { Blobs } from "../ports/blobs.ts";
import type { FileLinkListener, FileLinks } from "../ports/fileLinks.ts";
import type { LocalStore } from "../ports/store.ts";
import { createRuntime } from "../runtime/runtime.ts";
import { sottoError } from "./messages.ts";
import type { Platform } from "./platform.ts";
import { asSottoError } from "./storeErrors.ts";

export interface SessionOptions {
  readonly platform: Platform;
  readonly store: LocalStore;
  readonly identity: Identity;
  /** In order, from within the engine's loop. */
  readonly onEvent: (event: ClientEvent) => void;
  /** Of the channel of files of its links; in order, from within the engine's loop. */
  readonly onFiles: FileLinkListener;
  /** A bug has ended the session. */
  readonly onFatal: (error: SottoError) => void;
}

export type Done = Extract<CommandResult, { readonly ok: true }>;

export interface Session {
  readonly engine: Engine;
  /** Numbers of links mean something within this session. */
  readonly fileLinks: FileLinks;
  /** Files at the relay. */
  readonly blobs: Blobs;
  /** HTTP that ends with the session. */
  readonly api: ServerApi;
  /**
   * Resolves when the command is stored on this device; `onDone` is called in its place among the events. Rejects with the problem,
   * `closed` or `internal`.
   */
  command(request: Command, onDone?: (done: Done) => void): Promise<Done>;
  close(): Promise<void>;
}

/** Reads the store; nothing happens before the first command, which is to connect. Rejects with `storeDamaged`. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const { platform, store, identity, onEvent, onFiles, onFatal } = options;
  const { crypto, mls, clock, links } = platform;
  const engine = await openEngine(options);
  const connection = platform.connect(originOf(identity.server), identity.token);
  let fatal: SottoError | undefined;
  const runtime = createRuntime({
    engine,
    mls,
    crypto,
    device: identity,
    store,
    connection,
    ...(links !== undefined && { links }),
    clock,
    onEvent,
    onFiles,
    onFatal(error) {
      fatal = asSottoError(error);
      connection.close();
      onFatal(fatal);
    },
  });

  return {
    engine,
    fileLinks: runtime.fileLinks,
    blobs: createHttpBlobs(connection.transport, toBase64Url(identity.token), crypto),
    api: createServerApi(connection.transport),
    command: (request, onDone) =>
      new Promise((resolve, reject) => {
        runtime.command(request, (result) => {
          if (result === undefined) return reject(fatal ?? sottoError("closed"));
          if (!result.ok) return reject(sottoError(result.problem, result.detail));
          onDone?.(result);
          resolve(result);
        });
      }),
    async close() {
      await runtime.close();
      connection.close();
    },
  };
}

/** `https://host[:port]` of an address that was checked when it was given. Throws `wrongAddress` or `untrusted`. */
export function originOf(server: string): string {
  const parsed = parseServerAddress(server);
  if (parsed.kind === "malformed") throw sottoError("wrongAddress", server);
  if (parsed.kind === "insecure")
    throw sottoError("untrusted", "plain http is for this machine alone; use https");
  return parsed.origin;
}

async function openEngine({ platform: { crypto, links }, store, identity }: SessionOptions): Promise<Engine> {
  try {
    const loaded = await Promise.all(
      ENGINE_TABLES.map(async (table) => [table, await store.load(table)] as const),
    );
    const tables = Object.fromEntries(loaded) as EngineTables;
    return createEngine({
      identity,
      tables,
      random: (size) => crypto.random(size),
      sha256: (bytes) => crypto.sha256(bytes),
      canLink: links !== undefined,
    });
  } catch (error) {
    throw asSottoError(error);
  }
}
