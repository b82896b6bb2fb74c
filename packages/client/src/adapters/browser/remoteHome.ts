/** The page's side: a {@link BrowserHome} whose device runs in a worker, its own or another tab's. */
import type { SignInOptions } from "../../api.ts";
import { SottoError } from "../../api.ts";
import type { Clock } from "../../runtime/clock.ts";
import { sottoError } from "../../sdk/messages.ts";
import type {
  Channel,
  FromWorker,
  Hall,
  LeaderState,
  OpenedDevice,
  OwnCallName,
  OwnCalls,
  TabId,
  ToWorker,
} from "./channel.ts";
import { TABS_VERSION } from "./channel.ts";
import type { BrowserHome } from "./index.ts";
import { createLeaderLink } from "./leaderLink.ts";
import type { RemoteDevice } from "./remoteSotto.ts";
import { createRemoteSotto } from "./remoteSotto.ts";

export type CallOwn = <Name extends OwnCallName>(
  name: Name,
  ...args: Parameters<OwnCalls[Name]>
) => Promise<ReturnType<OwnCalls[Name]>>;

interface Waiting {
  readonly resolve: (value: ReturnType<OwnCalls[OwnCallName]>) => void;
  readonly reject: (error: SottoError) => void;
  readonly onStep: SignInOptions["onStep"];
}

export interface RemoteHomeOptions {
  readonly tab: TabId;
  readonly worker: Channel<FromWorker, ToWorker>;
  readonly hall: Hall;
  readonly clock: Clock;
  /** Whether somebody looks at the page. */
  readonly isWatched: () => boolean;
}

export interface RemoteHome extends BrowserHome {
  /** The worker has died and another has begun in its place: what only it could do is rejected with `internal`. */
  onWorkerLost(cause: unknown): void;
  /** There will be no other worker: all calls are rejected with `internal`, and an open device ends. */
  fail(cause: unknown): void;
}

export function createRemoteHome({ tab, worker, hall, clock, isWatched }: RemoteHomeOptions): RemoteHome {
  const own = new Map<number, Waiting>();
  let nextCall = 1;
  let state: LeaderState | undefined;
  let remote: RemoteDevice | undefined;
  let failure: SottoError | undefined;
  let isDead = false;
  /** This page has closed its device, and looks at none until somebody signs in. */
  let hasLeft = false;
  let change = Promise.withResolvers<void>();

  const link = createLeaderLink({
    tab,
    post: (message, toOwn) =>
      toOwn ? worker.post(message) : hall.post({ version: TABS_VERSION, tab, message }),
    onState,
    onChanged(events, view) {
      if (state?.kind === "open" && view !== undefined)
        state = { ...state, device: { ...state.device, view } };
      remote?.change(events, view);
    },
    onSilence: () => worker.post({ type: "seize" }),
    clock,
    isWatched,
  });
  worker.listen(onWorker);
  hall.listen(onHall);
  link.ask();

  const home: RemoteHome = {
    async register({ onStep, ...options }) {
      await start("register", [options], onStep);
      return home.open();
    },
    async login({ onStep, ...options }) {
      await start("login", [options], onStep);
      return home.open();
    },
    async open() {
      if (hasLeft) worker.post({ type: "stand" });
      hasLeft = false;
      const present = await until(() => state ?? failure);
      if (present instanceof SottoError) throw present;
      if (present.kind === "signedOut") throw sottoError("storeMissing");
      return shown(present.device).sotto;
    },
    async exists() {
      const present = await until(() => state ?? failure);
      if (present instanceof SottoError) throw present;
      return present.kind === "open";
    },
    async signedIn() {
      await until(() => (state?.kind === "open" && !hasLeft ? state : undefined));
    },
    onWorkerLost(cause) {
      rejectOwn(sottoError("internal", undefined, cause));
    },
    fail(cause) {
      isDead = true;
      end(sottoError("internal", undefined, cause));
    },
  };
  return home;

  function start<Name extends OwnCallName>(
    name: Name,
    args: Parameters<OwnCalls[Name]>,
    onStep: SignInOptions["onStep"],
  ): Promise<ReturnType<OwnCalls[Name]>> {
    if (isDead && failure !== undefined) return Promise.reject(failure);
    const call = nextCall++;
    return new Promise((resolve, reject) => {
      // The worker answers each call with what the call's name promises.
      own.set(call, { resolve: resolve as Waiting["resolve"], reject, onStep });
      worker.post({ type: "own", call, name, args } as ToWorker);
    });
  }

  /** The device as this page shows it, the same one as long as it is the same device. */
  function shown(device: OpenedDevice): RemoteDevice {
    remote ??= createRemoteSotto(device, link.call, (name, ...args) => {
      if (name === "close") leave();
      return start(name, args, undefined);
    });
    return remote;
  }

  function leave(): void {
    hasLeft = true;
    remote?.end(undefined);
    remote = undefined;
    link.rejectAll(sottoError("closed"));
  }

  function onState(next: LeaderState, isNew: boolean): void {
    state = next;
    if (!isDead) failure = undefined;
    if (next.kind === "signedOut" || next.fresh) hasLeft = false;
    if (next.kind === "signedOut" || remote?.sotto.device !== next.device.device) {
      remote?.end(undefined);
      remote = undefined;
    } else remote.adopt(next.device.view, isNew);
    tellChange();
  }

  function onWorker(message: FromWorker): void {
    switch (message.type) {
      case "done":
        return taken(message.call)?.resolve(message.value);
      case "refused":
        return taken(message.call)?.reject(new SottoError(message.error.code, message.error.message));
      case "step":
        return own.get(message.call)?.onStep?.(message.step);
      case "resigned":
        // While it led it heard nothing of others.
        return link.ask();
      case "failed":
        return end(new SottoError(message.error.code, message.error.message));
      default:
        return link.receive(message, true);
    }
  }

  function onHall({ version, tab: from, message }: Parameters<Parameters<Hall["listen"]>[0]>[0]): void {
    // The own worker tells its page apart from the others.
    if (version !== TABS_VERSION || from === tab) return;
    switch (message.type) {
      case "who":
      case "ping":
      case "call":
      case "yield":
        return;
      default:
        link.receive(message, false);
    }
  }

  function end(error: SottoError): void {
    failure = error;
    state = undefined;
    rejectOwn(error);
    link.rejectAll(error);
    remote?.end(error);
    remote = undefined;
    tellChange();
  }

  function rejectOwn(error: SottoError): void {
    for (const { reject } of own.values()) reject(error);
    own.clear();
  }

  function taken(call: number): Waiting | undefined {
    const found = own.get(call);
    own.delete(call);
    return found;
  }

  async function until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const seen = look();
      if (seen !== undefined) return seen;
      await change.promise;
    }
  }

  function tellChange(): void {
    change.resolve();
    change = Promise.withResolvers();
  }
}
