/** The page's side of the channel: a {@link SottoHome} whose devices live in the worker. */
import type { SignInOptions, Sotto } from "../../api.ts";
import { SottoError } from "../../api.ts";
import { sottoError } from "../../sdk/messages.ts";
import type { CallName, Calls, Channel, FromWorker, OpenedDevice, ToWorker } from "./channel.ts";
import type { BrowserHome } from "./index.ts";
import type { RemoteDevice } from "./remoteSotto.ts";
import { createRemoteSotto } from "./remoteSotto.ts";

export type Call = <Name extends CallName>(
  name: Name,
  ...args: Parameters<Calls[Name]>
) => Promise<ReturnType<Calls[Name]>>;

interface Waiting {
  readonly resolve: (value: ReturnType<Calls[CallName]>) => void;
  readonly reject: (error: SottoError) => void;
  readonly onStep: SignInOptions["onStep"];
}

export interface RemoteHome extends BrowserHome {
  /** The worker has died: calls under way and later ones are rejected with `internal`, and an open device ends. */
  fail(cause: unknown): void;
}

/** Opens one device at a time: a second `open` answers as the store does, with `storeLocked`. */
export function createRemoteHome(channel: Channel<FromWorker, ToWorker>): RemoteHome {
  const waiting = new Map<number, Waiting>();
  let nextCall = 1;
  let remote: RemoteDevice | undefined;
  let dead: SottoError | undefined;
  channel.listen(receive);

  const home: RemoteHome = {
    register: ({ onStep, ...options }) => opened(start("register", [options], onStep)),
    login: ({ onStep, ...options }) => opened(start("login", [options], onStep)),
    open: () => opened(call("open")),
    exists: () => call("exists"),
    storeFree: () => call("storeFree"),
    fail(cause) {
      dead = sottoError("internal", undefined, cause);
      for (const { reject } of waiting.values()) reject(dead);
      waiting.clear();
      remote?.end(dead);
    },
  };
  return home;

  function call<Name extends CallName>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>> {
    return start(name, args, undefined);
  }

  function start<Name extends CallName>(
    name: Name,
    args: Parameters<Calls[Name]>,
    onStep: SignInOptions["onStep"],
  ): Promise<ReturnType<Calls[Name]>> {
    if (dead !== undefined) return Promise.reject(dead);
    const number = nextCall++;
    return new Promise((resolve, reject) => {
      // The worker answers each call with its own kind of value.
      waiting.set(number, { resolve: resolve as Waiting["resolve"], reject, onStep });
      channel.post({ type: "call", call: number, name, args } as ToWorker);
    });
  }

  async function opened(opening: Promise<OpenedDevice>): Promise<Sotto> {
    const device = createRemoteSotto(await opening, call);
    remote = device;
    return device.sotto;
  }

  function receive(message: FromWorker): void {
    switch (message.type) {
      case "result":
        return take(message.call)?.resolve(message.value);
      case "failure":
        return take(message.call)?.reject(new SottoError(message.error.code, message.error.message));
      case "step":
        return waiting.get(message.call)?.onStep?.(message.step);
      case "changed":
        return remote?.change(message.events, message.view);
      case "sendState":
        return remote?.sendState(message.handle, message.state);
      case "ended": {
        const { error } = message;
        return remote?.end(error && new SottoError(error.code, error.message));
      }
    }
  }

  function take(number: number): Waiting | undefined {
    const found = waiting.get(number);
    waiting.delete(number);
    return found;
  }
}
