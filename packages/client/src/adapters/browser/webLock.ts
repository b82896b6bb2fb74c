/** One tab owns a store. The browser lets go of a Web Lock however the tab ends, so that nothing is left behind to clean up. */
import { StoreError } from "../../ports/store.ts";

/** Takes the lock until the returned function is called, which resolves when it is free again. Rejects with {@link StoreError} `locked`. */
export async function takeWebLock(name: string): Promise<() => Promise<void>> {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: decided, resolve: decide } = Promise.withResolvers<boolean>();
  const request = locks().request(name, { ifAvailable: true }, (lock) => {
    decide(lock !== null);
    return lock === null ? undefined : held;
  });
  const taken = await Promise.race([decided, request.then(() => false)]);
  if (!taken) {
    throw new StoreError(
      "locked",
      "Sotto is open in another tab of this browser. Use it there, or close it there.",
    );
  }
  // A lock that was stolen has ended with an error; either way it is no longer held.
  const ended = request.then(
    () => undefined,
    () => undefined,
  );
  return () => {
    letGo();
    return ended;
  };
}

/** Resolves when nobody holds the lock; somebody else may take it before the caller does. */
export async function webLockFree(name: string): Promise<void> {
  await locks().request(name, () => undefined);
}

function locks(): LockManager {
  // Not there on plain http; the type says otherwise.
  if ((navigator.locks as LockManager | undefined) === undefined) {
    throw new StoreError(
      "failed",
      "This page cannot keep its data here. Open it by https, or on this machine itself.",
    );
  }
  return navigator.locks;
}
