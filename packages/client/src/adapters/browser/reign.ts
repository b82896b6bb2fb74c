/** The time for which a worker leads: from the lock to the lock, with the store open and the device running in between. */
import type { SottoHome } from "../../api.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asSottoError } from "../../sdk/storeErrors.ts";
import type { Lease } from "./candidate.ts";
import type { ErrorData, FromLeader, LeaderCall, TabId, Term, ToLeader } from "./channel.ts";
import type { DeviceHost } from "./deviceHost.ts";
import { createDeviceHost } from "./deviceHost.ts";

/** A store that is slow to open is not a tab that has stopped. */
const TAKING_MS = 1000;
/** How long a lock that was asked for is kept for who asked. */
const HANDOVER_MS = 2000;

/** The store of the origin, opened by the one who holds the lock. */
export interface OwnedHome {
  readonly term: Term;
  readonly home: SottoHome;
  close(): Promise<void>;
}

/** Why a reign ends. lost: another has the lock, or the store is another's · yielded: to the tab that asked. */
export type Ending =
  | { readonly kind: "lost" }
  | { readonly kind: "yielded"; readonly to: TabId }
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly error: unknown };

export interface ReignOptions {
  readonly lease: Lease;
  /** Calls back when the store refuses a write because another has opened it since. */
  readonly takeHome: (onLost: () => void) => Promise<OwnedHome>;
  readonly clock: Clock;
  /** Nothing is told any more from the moment on that the reign is over, but that it was yielded. */
  readonly tell: (message: FromLeader) => void;
}

export interface Reign {
  /** The device, when the store is open. Rejects when the reign ends before. */
  readonly ready: Promise<DeviceHost>;
  /** Resolves when device and store are closed and the lock is free. */
  readonly over: Promise<Ending>;
  answer(message: ToLeader, from: TabId): void;
  end(ending: Ending): void;
}

export function startReign({ lease, takeHome, clock, tell }: ReignOptions): Reign {
  const ended = Promise.withResolvers<Ending>();
  let ending: Ending | undefined;
  let owned: OwnedHome | undefined;
  let host: DeviceHost | undefined;
  let isOpen = false;

  void lease.lost.then(() => end({ kind: "lost" }));
  const ready = open();
  // Whoever needs the device asks for it; what went wrong is also the ending.
  ready.catch((error: unknown) => end({ kind: "failed", error }));
  return { ready, over: close(), answer, end };

  function end(reason: Ending): void {
    ending ??= reason;
    ended.resolve(ending);
  }

  /** A worker that has lost the lead must not answer: what it could not store, the next one will. */
  function say(message: FromLeader): void {
    if (ending === undefined) tell(message);
  }

  async function open(): Promise<DeviceHost> {
    const stopSaying = sayWhileOpening();
    try {
      owned = await takeHome(() => end({ kind: "lost" }));
      const { term, home } = owned;
      const opened = createDeviceHost({
        home,
        onState(state) {
          isOpen = true;
          say({ type: "leads", term, state });
        },
        onChanged: (events, view) => say({ type: "changed", term, events, view }),
        onFault: (error) => end({ kind: "failed", error }),
      });
      host = opened;
      await opened.open();
      return opened;
    } finally {
      stopSaying();
    }
  }

  function sayWhileOpening(): () => void {
    let cancel = (): void => {};
    const again = (): void => {
      say({ type: "taking" });
      cancel = clock.schedule(clock.nowMs() + TAKING_MS, again);
    };
    again();
    return () => cancel();
  }

  async function close(): Promise<Ending> {
    const reason = await ended.promise;
    // A device that is just being opened is opened first; nothing of it is told.
    await ready.catch(ignore);
    await host?.close().catch(ignore);
    await owned?.close().catch(ignore);
    if (reason.kind === "yielded") {
      tell({ type: "yielded", to: reason.to });
      await Promise.race([lease.lost, after(clock, HANDOVER_MS)]);
    }
    await lease.release();
    return reason;
  }

  function answer(message: ToLeader, from: TabId): void {
    switch (message.type) {
      case "ping":
        return say({ type: "alive" });
      case "who":
        if (owned === undefined || host === undefined || !isOpen) return say({ type: "taking" });
        return say({ type: "leads", term: owned.term, state: host.state });
      case "yield":
        return end({ kind: "yielded", to: from });
      case "call":
        return void answerCall(message, from);
    }
  }

  async function answerCall(message: LeaderCall, to: TabId): Promise<void> {
    if (host === undefined || message.term !== owned?.term) return;
    const { term, call } = message;
    try {
      say({ type: "result", term, to, call, value: await host.answer(message) });
    } catch (error) {
      say({ type: "failure", term, to, call, error: errorData(error) });
    }
  }
}

export function errorData(error: unknown): ErrorData {
  const { code, message } = asSottoError(error);
  return { code, message };
}

export function after(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(clock.nowMs() + ms, resolve);
  });
}

/** What has been lost may fail to close. */
function ignore(): void {}
