/**
 * The device comes back: the client's engine and the MLS engine with real keys, the disk in memory; what they need of the server is answered at once. Runs
 * in Node and in a worker of a browser.
 */
import type { CryptoProvider } from "@sotto/crypto";
import { createMlsEngine } from "@sotto/crypto";
import type { ConversationId, ServerFrame } from "@sotto/protocol";
import { bytesEqual, encodeServerFrame, idOf } from "@sotto/protocol";
import type {
  ClientEvent,
  Effect,
  EngineEvent,
  EngineTables,
  Identity,
  ServerAnswer,
  ServerRequest,
} from "sotto/simulation";
import { createEngine, createMemoryDisk, ENGINE_TABLES, performMls } from "sotto/simulation";
import type { Figures } from "../harness/contest.ts";

/** What has happened in a group while one of its devices was away. */
export interface Absence {
  readonly identity: Identity;
  /** What lies on the device's disk: its key packages, and the contact who adds it. */
  readonly records: readonly { readonly table: string; readonly key: string; readonly value: Uint8Array }[];
  /** The signed list of that contact, as the server gives it. */
  readonly contact: { readonly account: string; readonly deviceList: Uint8Array };
  readonly conversation: ConversationId;
  /** Server frames in their order: the Welcome, and the commits. */
  readonly frames: readonly Uint8Array[];
  /** The handshake index at the end, and the epoch authenticator of those who were there. */
  readonly lastIndex: number;
  readonly authenticator: Uint8Array;
  readonly nowMs: number;
}

/** What a page that catches up in its worker offers to the bench outside. */
export interface CatchUpPage {
  /** With the absence as packed text. */
  round(absence: string): Promise<Figures>;
}

/** What such a page is told by its worker: it waits for the word to go, tells of every event, and says how long it took. */
export type FromCatchUpWorker =
  | { readonly type: "ready" }
  | { readonly type: "event"; readonly event: ClientEvent }
  | { readonly type: "done"; readonly tookMs: number };

/** Milliseconds until the last commit is stored. Throws when the device is not where the others are. */
export async function catchUp(
  { identity, records, contact, conversation, frames, lastIndex, authenticator, nowMs }: Absence,
  crypto: CryptoProvider,
  onEvent: (event: ClientEvent) => void,
): Promise<number> {
  const disk = createMemoryDisk();
  disk.apply(records.map(({ table, key, value }) => ({ put: table, key, value })));
  const tables = Object.fromEntries(ENGINE_TABLES.map((table) => [table, disk.read(table)])) as EngineTables;
  const sha256 = (bytes: Uint8Array): Uint8Array => crypto.sha256(bytes);
  const engine = createEngine({ identity, tables, random: crypto.random, sha256, canLink: false });
  const { credential, leafPrivateKey, leafPublicKey } = identity;
  const mls = createMlsEngine(crypto);
  const context = { mls, crypto, device: { credential, leafPrivateKey, leafPublicKey } };
  const queue: EngineEvent[] = [];

  async function feed(event: EngineEvent): Promise<void> {
    queue.push(event);
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      for (const effect of engine.handle(next, nowMs)) await carryOut(effect);
  }

  async function carryOut(effect: Effect): Promise<void> {
    switch (effect.type) {
      case "mls": {
        const completion = await performMls(context, effect.operation, nowMs);
        return void queue.push({ type: "mls", ticket: effect.ticket, completion });
      }
      case "store":
        disk.apply(effect.writes);
        return void queue.push({ type: "store", ticket: effect.ticket, ok: true });
      case "read": {
        const table = disk.read(effect.table);
        const values = effect.keys.map((key) => table.get(key));
        return void queue.push({ type: "read", ticket: effect.ticket, values });
      }
      case "request": {
        const answer = answerTo(effect.request);
        return void queue.push({ type: "request", ticket: effect.ticket, answer });
      }
      case "emit":
        return onEvent(effect.event);
      default:
    }
  }

  function answerTo(request: ServerRequest): ServerAnswer {
    if (request.kind === "accountById" && request.account === contact.account)
      return { kind: "account", account: request.account, deviceList: contact.deviceList };
    return { kind: "refused", code: "userUnknown" };
  }

  const beganMs = performance.now();
  await feed({ type: "command", command: 1, request: { kind: "connect" } });
  const { connection } = engine.live;
  await feed({ type: "connected", connection });
  await feed({ type: "frame", connection, frame: encodeServerFrame(readyOf(identity, frames.length)) });
  for (const frame of frames) await feed({ type: "frame", connection, frame });
  const tookMs = performance.now() - beganMs;

  const record = engine.state.conversations.get(conversation);
  const group = record?.group ? engine.state.groups.get(record.group) : undefined;
  if (record?.headIndex !== lastIndex || group === undefined) throw new Error("the device is behind");
  if (!bytesEqual(mls.epochAuthenticator(group), authenticator))
    throw new Error("the device is in another epoch than the others");
  return tookMs;
}

function readyOf({ account, device }: Absence["identity"], highSequence: number): ServerFrame {
  return {
    type: "ready",
    requestId: 1,
    highSequence,
    version: 1,
    store: idOf(new Uint8Array(16).fill(1)),
    account,
    device,
    storeCounter: 0,
    heartbeatMs: 25_000,
    keyPackages: 50,
    clockMs: 0,
  };
}
