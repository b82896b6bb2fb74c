/** A device's platform with stop-watches at its ports: what a burst spends in MLS, in the store and on the wire. */
import type { LocalStore, Platform, SessionConnection } from "sotto/measured";
import type { Burst } from "./orders.ts";
import { monotonicMs } from "./orders.ts";

export interface Probe {
  readonly platform: Platform;
  start(): void;
  /** What has passed since {@link start}. */
  stop(): Burst;
}

/** A message frame holds a padded content; acknowledgements, answers and pings are shorter. */
const SMALLEST_MESSAGE_FRAME_BYTES = 256;

export function probed(platform: Platform): Probe {
  let startedMs = 0;
  let cpuAtStart = process.cpuUsage();
  const mls = createWatch();
  const store = createWatch();
  const sent = createMoments();
  const received = createMoments();
  return {
    platform: {
      ...platform,
      mls: {
        ...platform.mls,
        encrypt: (...args) => mls.time(platform.mls.encrypt(...args)),
        decrypt: (...args) => mls.time(platform.mls.decrypt(...args)),
      },
      async openStore() {
        const opened: LocalStore = await platform.openStore();
        return { ...opened, commit: (writes) => store.time(opened.commit(writes)) };
      },
      connect: (origin, token) =>
        tapped(
          platform.connect(origin, token),
          () => sent.add(),
          () => received.add(),
        ),
    },
    start() {
      for (const meter of [mls, store, sent, received]) meter.reset();
      cpuAtStart = process.cpuUsage();
      startedMs = monotonicMs();
    },
    stop() {
      const { user, system } = process.cpuUsage(cpuAtStart);
      return {
        startedMs,
        endedMs: monotonicMs(),
        cpuMs: (user + system) / 1000,
        mlsMs: mls.totalMs(),
        storeMs: store.totalMs(),
        transactions: store.count(),
        meanSentMs: sent.meanMs(),
        meanReceivedMs: received.meanMs(),
      };
    },
  };
}

/** Calls the listeners with each message frame. */
function tapped(
  connection: SessionConnection,
  onSent: () => void,
  onReceived: () => void,
): SessionConnection {
  return {
    ...connection,
    openSocket(handlers) {
      const socket = connection.openSocket({
        ...handlers,
        onFrame(frame) {
          if (frame.length >= SMALLEST_MESSAGE_FRAME_BYTES) onReceived();
          handlers.onFrame(frame);
        },
      });
      return {
        close: () => socket.close(),
        send(frame) {
          if (frame.length >= SMALLEST_MESSAGE_FRAME_BYTES) onSent();
          socket.send(frame);
        },
      };
    },
  };
}

/** Sums up how long operations take, one at a time. */
function createWatch() {
  let sumMs = 0;
  let finished = 0;
  return {
    reset: () => void ([sumMs, finished] = [0, 0]),
    totalMs: () => sumMs,
    count: () => finished,
    async time<T>(operation: Promise<T>): Promise<T> {
      const beganMs = monotonicMs();
      const value = await operation;
      sumMs += monotonicMs() - beganMs;
      finished++;
      return value;
    },
  };
}

/** The mean of the moments at which something happened. */
function createMoments() {
  let sumMs = 0;
  let seen = 0;
  return {
    reset: () => void ([sumMs, seen] = [0, 0]),
    meanMs: () => sumMs / seen,
    add() {
      sumMs += monotonicMs();
      seen++;
    },
  };
}
