/** One engine on a bench: its effects are carried out at once, and a test plays the server and the other side. */
import type { MlsEngine } from "@sotto/crypto";
import { createAccountKey, createNobleProvider, issueCredential, signDeviceList } from "@sotto/crypto";
import { createStandInEngine, seededRandom } from "@sotto/crypto/testing";
import type {
  AccountId,
  ClientFrame,
  DeviceId,
  MailboxId,
  ReadyFrame,
  ServerFrame,
  StoreId,
} from "@sotto/protocol";
import { decodeClientFrame, encodeServerFrame, idOf } from "@sotto/protocol";
import type {
  ClientEvent,
  Command,
  CommandResult,
  Effect,
  EngineEvent,
  LinkAction,
  TimerName,
} from "../engine/contract.ts";
import type { Engine, EngineTables } from "../engine/index.ts";
import { createEngine, ENGINE_TABLES } from "../engine/index.ts";
import type { Identity } from "../engine/records/identity.ts";
import type { MemoryDisk } from "../adapters/memory/disk.ts";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import type { ServerAnswer, ServerRequest } from "../ports/server.ts";
import { performMls } from "../runtime/mlsOperations.ts";

export const SUITE = 1;
/** The store of the bench's server unless a test says otherwise. */
const STORE: StoreId = idOf(new Uint8Array(16).fill(1));

/** An account with one device. */
export interface BenchPerson {
  readonly identity: Identity;
  readonly mls: MlsEngine;
  /** Signs the account's lists and credentials. */
  readonly accountPrivateKey: Uint8Array;
}

export interface EngineBench {
  readonly engine: Engine;
  readonly disk: MemoryDisk;
  /** Frames that left by the socket. */
  readonly sent: ClientFrame[];
  /** Frames that were submitted by request. */
  readonly submitted: ClientFrame[];
  readonly events: ClientEvent[];
  readonly timers: Map<TimerName, number>;
  /** What the engine has done with its links, in order. */
  readonly links: { readonly link: number; readonly action: LinkAction }[];
  /** What receipts have said of files, and which own ones have got away, in order. */
  readonly fileWords: Extract<Effect, { type: "fileReceipt" }>[];
  nowMs: number;
  /** Commits fail. */
  diskFull: boolean;
  /** Happens once, while the next MLS operation is under way. */
  interject: (() => Promise<void>) | undefined;
  /** The same for the next transaction. */
  interjectStore: (() => Promise<void>) | undefined;
  /** Plays the server for requests other than frames. */
  onRequest: (request: ServerRequest) => ServerAnswer;
  /** Plays the server for submitted frames. */
  onFrame: (frame: ClientFrame) => ServerFrame;
  command(request: Command): Promise<CommandResult>;
  /** Opens a socket, and says ready unless told not to. */
  connect(ready?: Partial<ReadyFrame> | "silent"): Promise<void>;
  push(...frames: readonly ServerFrame[]): Promise<void>;
  feed(event: EngineEvent): Promise<void>;
}

const provider = createNobleProvider(seededRandom("bench"));
const START_MS = 1_800_000_000_000;

export async function createPerson(userName: string): Promise<BenchPerson> {
  const { random } = provider;
  const [account, device, mailbox] = [
    idOf<AccountId>(random(16)),
    idOf<DeviceId>(random(16)),
    idOf<MailboxId>(random(16)),
  ];
  const accountKey = createAccountKey(provider);
  const leafPrivateKey = random(32);
  const leafPublicKey = provider.ed25519PublicKey(leafPrivateKey);
  const claim = { account, device, mailbox, accountKey: accountKey.publicKey, listVersion: 1 };
  const credential = await issueCredential(provider, claim, leafPublicKey, accountKey.privateKey);
  const hpkePublicKey = random(32);
  const list = {
    userName,
    account,
    accountKey: accountKey.publicKey,
    recoverySigningKey: null,
    recoveryHpkeKey: null,
    vaultKey: null,
    previousHash: new Uint8Array(32),
    version: 1,
    devices: [
      { device, leafKey: leafPublicKey, hpkeKey: hpkePublicKey, mailbox, addedIn: 1, revokedIn: null },
    ],
  };
  return {
    identity: {
      account,
      userName,
      device,
      mailbox,
      credential,
      leafPrivateKey,
      leafPublicKey,
      hpkePrivateKey: random(32),
      hpkePublicKey,
      deviceList: await signDeviceList(provider, list, accountKey.privateKey),
      suite: SUITE,
      server: "https://sotto.example",
      token: random(32),
      vaultKey: random(32),
      vaultVersion: 1,
    },
    mls: createStandInEngine({ random }),
    accountPrivateKey: accountKey.privateKey,
  };
}

/** The engine of a person over a disk: an empty one, or that of an earlier bench for a restart. */
export function createBench(
  { identity, mls }: BenchPerson,
  disk: MemoryDisk = createMemoryDisk(),
  canLink = false,
): EngineBench {
  const tables = Object.fromEntries(ENGINE_TABLES.map((table) => [table, disk.read(table)])) as EngineTables;
  const engine = createEngine({
    identity,
    tables,
    random: provider.random,
    sha256: (bytes) => provider.sha256(bytes),
    canLink,
  });
  const { credential, leafPrivateKey, leafPublicKey } = identity;
  const context = { mls, crypto: provider, device: { credential, leafPrivateKey, leafPublicKey } };
  const results = new Map<number, CommandResult>();
  const queue: EngineEvent[] = [];
  /** Events being dealt with: those of several calls at once take turns. */
  const working = new Set<Promise<void>>();
  let commands = 0;

  function feed(event: EngineEvent): Promise<void> {
    const fed = work(event).finally(() => working.delete(fed));
    working.add(fed);
    return fed;
  }

  async function work(event: EngineEvent): Promise<void> {
    queue.push(event);
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      for (const effect of engine.handle(next, bench.nowMs)) await carryOut(effect);
  }

  async function carryOut(effect: Effect): Promise<void> {
    switch (effect.type) {
      case "mls": {
        const completion = await performMls(context, effect.operation, bench.nowMs);
        const { interject } = bench;
        bench.interject = undefined;
        await interject?.();
        return void queue.push({ type: "mls", ticket: effect.ticket, completion });
      }
      case "store": {
        if (!bench.diskFull) disk.apply(effect.writes);
        const { interjectStore } = bench;
        bench.interjectStore = undefined;
        await interjectStore?.();
        return void queue.push({ type: "store", ticket: effect.ticket, ok: !bench.diskFull });
      }
      case "read": {
        const table = disk.read(effect.table);
        const values = effect.keys.map((key) => table.get(key));
        return void queue.push({ type: "read", ticket: effect.ticket, values });
      }
      case "request":
        return void queue.push({ type: "request", ticket: effect.ticket, answer: answer(effect.request) });
      case "send":
        return void bench.sent.push(frameOf(effect.frame));
      case "fileReceipt":
        return void bench.fileWords.push(effect);
      case "timer":
        return void bench.timers.set(effect.name, effect.atMs);
      case "cancelTimer":
        return void bench.timers.delete(effect.name);
      case "emit":
        return void bench.events.push(effect.event);
      case "done":
        return void results.set(effect.command, effect.result);
      case "link":
        return void bench.links.push({ link: effect.link, action: effect.action });
      case "connect":
      case "disconnect":
    }
  }

  function answer(request: ServerRequest): ServerAnswer {
    if (request.kind !== "frame") return bench.onRequest(request);
    const frame = frameOf(request.frame);
    bench.submitted.push(frame);
    return { kind: "frame", frame: encodeServerFrame(bench.onFrame(frame)) };
  }

  const bench: EngineBench = {
    engine,
    disk,
    sent: [],
    submitted: [],
    events: [],
    timers: new Map(),
    links: [],
    fileWords: [],
    nowMs: START_MS,
    diskFull: false,
    interject: undefined,
    interjectStore: undefined,
    onRequest: () => ({ kind: "unreachable", reason: "offline" }),
    onFrame: ({ requestId }) => ({ type: "ok", requestId, number: 0 }),
    async command(request) {
      const command = ++commands;
      await feed({ type: "command", command, request });
      // Another call may be dealing with what it waits for.
      while (!results.has(command) && working.size > 0) await Promise.race(working);
      return results.get(command) ?? { ok: false, problem: "offline", detail: "not done" };
    },
    async connect(ready = {}) {
      await feed({ type: "command", command: ++commands, request: { kind: "connect" } });
      await feed({ type: "connected", connection: engine.live.connection });
      if (ready !== "silent") await bench.push({ ...readyOf(identity), ...ready });
    },
    async push(...frames) {
      const { connection } = engine.live;
      for (const frame of frames) await feed({ type: "frame", connection, frame: encodeServerFrame(frame) });
    },
    feed,
  };
  return bench;
}

/** What the bench's server answers to hello. */
export function readyOf({ account, device }: Identity): ReadyFrame {
  return {
    type: "ready",
    requestId: 1,
    highSequence: 0,
    version: 1,
    store: STORE,
    account,
    device,
    storeCounter: 0,
    heartbeatMs: 25_000,
    keyPackages: 50,
    clockMs: 0,
  };
}

function frameOf(bytes: Uint8Array): ClientFrame {
  const frame = decodeClientFrame(bytes);
  if (frame === undefined) throw new Error("the engine sent no frame");
  return frame;
}
