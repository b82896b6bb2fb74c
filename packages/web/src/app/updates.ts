/**
 * The service worker from the page's side: registered once the page is shown, asked for newer versions, and told to let one take over when
 * the person says so. All tabs of the browser get the new version as their controller and reload, so that no two versions run at once.
 */
import { scriptUrl } from "sotto/browser";
import { ACTIVATE } from "../serviceWorker/messages.ts";

export interface Updates {
  /** True while a newer version is installed and waits. */
  readonly isReady: () => boolean;
  /** Returns the end of the subscription. */
  readonly subscribe: (onChange: () => void) => () => void;
  /** The newer version takes over: this tab and all others reload. */
  readonly apply: () => void;
}

/** Where there is no service worker. */
export const NO_UPDATES: Updates = { isReady: () => false, subscribe: () => () => {}, apply: () => {} };

type Registration = Pick<ServiceWorkerRegistration, "waiting" | "installing" | "update" | "addEventListener">;

/** What is used of the page. */
export interface UpdatePlatform {
  readonly container: Pick<ServiceWorkerContainer, "controller" | "addEventListener"> & {
    register(url: string, options: RegistrationOptions): Promise<Registration>;
  };
  /** Settles when the page has what it needs: fetching the whole app must not compete with it. */
  readonly loaded: Promise<unknown>;
  readonly nowMs: () => number;
  readonly every: (ms: number, act: () => void) => void;
  /** `act` is called when the person comes back to the page. */
  readonly onReturn: (act: () => void) => void;
  readonly reload: () => void;
}

const HOUR_MS = 3_600_000;
/** Who changes between windows all the time makes no request for each. */
const RETURN_GAP_MS = 300_000;

/** Registers and watches. A browser that refuses, as for a certificate that it does not trust, leaves the app as it is without. */
export function watchUpdates(platform: UpdatePlatform): Updates {
  const { container, nowMs, reload } = platform;
  const listeners = new Set<() => void>();
  let registration: Registration | undefined;
  let ready = false;
  // The first version takes a page over that was loaded without: it is the same one.
  let controlled = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    if (controlled) reload();
    controlled = true;
  });
  platform.loaded
    .catch(() => {})
    .then(() => container.register(scriptUrl("/sw.js"), { scope: "/", updateViaCache: "none" }))
    .then(watch, () => {});

  return {
    isReady: () => ready,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => void listeners.delete(onChange);
    },
    apply: () => registration?.waiting?.postMessage(ACTIVATE),
  };

  function watch(registered: Registration): void {
    registration = registered;
    let askedMs = nowMs();
    const ask = (): void => {
      askedMs = nowMs();
      // Without the server there is nothing to ask; the next time will do.
      registered.update().catch(() => {});
    };
    platform.every(HOUR_MS, ask);
    platform.onReturn(() => nowMs() - askedMs >= RETURN_GAP_MS && ask());
    registered.addEventListener("updatefound", () =>
      registered.installing?.addEventListener("statechange", compare),
    );
    registered.installing?.addEventListener("statechange", compare);
    compare();
  }

  function compare(): void {
    const now = controlled && registration !== undefined && registration.waiting !== null;
    if (now === ready) return;
    ready = now;
    for (const listener of listeners) listener();
  }
}

/** A version that never gets as far has to be replaced all the same. */
const LOADING_MS = 10_000;

/** The browser's own; undefined where pages have no service workers. */
export function pagePlatform(loaded: Promise<unknown>): UpdatePlatform | undefined {
  if (!("serviceWorker" in navigator)) return undefined;
  return {
    container: navigator.serviceWorker,
    loaded: Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, LOADING_MS))]),
    nowMs: () => Date.now(),
    every: (ms, act) => setInterval(act, ms),
    onReturn: (act) => document.addEventListener("visibilitychange", () => document.hidden || act()),
    reload: () => location.reload(),
  };
}
