/**
 * The load: pairs of connections, one side sending to the other as fast as a window of messages on their way allows. It counts a message
 * when everything that belongs to it has come: at the recipient, and at the sender the answer if the relay gives one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { withDeadline } from "@sotto/testing/support/deadline.ts";
import type { Figures } from "../harness/contest.ts";
import type { PinnedServer } from "../harness/pinnedServer.ts";

/** Messages of one pair that are on their way at a time. */
export const WINDOW = 16;
/** Bytes of one message. */
export const MESSAGE_BYTES = 200;

const SETTLE_MS = 500;
const MEASURE_MS = 3000;
const DRAIN_MS = 20_000;

/** One pair of connections in the words of one relay. */
export interface LoadPair {
  /** Sends that many messages in one write. */
  send(count: number): void;
  /** Messages that have come and been answered. */
  done(): number;
  close(): void;
}

/** Opens one pair; it calls `turn` whenever `done` may have grown. */
export type OpenPair = (index: number, turn: () => void) => Promise<LoadPair>;

/** Opens the pairs, measures one round, waits until everything sent has come, and closes. Throws if something never comes. */
export async function measure(server: PinnedServer, pairs: number, open: OpenPair): Promise<Figures> {
  const loops = await Promise.all(Array.from({ length: pairs }, (_, i) => openLoop(i, open)));
  const done = (): number => loops.reduce((sum, loop) => sum + loop.done(), 0);
  for (const loop of loops) loop.start();
  await sleep(SETTLE_MS);
  const before = {
    done: done(),
    server: server.cpuSeconds(),
    load: process.cpuUsage(),
    ms: performance.now(),
  };
  await sleep(MEASURE_MS);
  const messages = done() - before.done;
  const serverSeconds = server.cpuSeconds() - before.server;
  const { user, system } = process.cpuUsage(before.load);
  const seconds = (performance.now() - before.ms) / 1000;
  await withDeadline("the messages on their way", DRAIN_MS, Promise.all(loops.map((loop) => loop.drain())));
  for (const loop of loops) loop.close();
  return {
    perCpuSecond: messages / serverSeconds,
    perSecond: messages / seconds,
    serverShare: (100 * serverSeconds) / seconds,
    loadShare: (100 * (user + system)) / 1e6 / seconds,
  };
}

interface Loop {
  start(): void;
  done(): number;
  /** Sends nothing more; resolves when all that was sent is done. */
  drain(): Promise<void>;
  close(): void;
}

async function openLoop(index: number, open: OpenPair): Promise<Loop> {
  let sent = 0;
  let ending = false;
  const drained = Promise.withResolvers<void>();
  const turn = (): void => {
    // Nothing is on its way while the pair is being opened.
    if (sent === 0) return;
    const done = pair.done();
    if (done > sent) throw new Error("more came than was sent");
    if (ending && done === sent) drained.resolve();
    const room = WINDOW - (sent - done);
    if (!ending && room > 0) send(room);
  };
  const pair = await open(index, () => turn());
  const send = (count: number): void => {
    sent += count;
    pair.send(count);
  };
  return {
    start: () => send(WINDOW),
    done: () => pair.done(),
    drain() {
      ending = true;
      turn();
      return drained.promise;
    },
    close: () => pair.close(),
  };
}
