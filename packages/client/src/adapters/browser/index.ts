/** Sotto in a browser: a home is an origin's storage, and its device runs in a worker of the page. */
import type { SottoHome } from "../../api.ts";
import type { FromWorker } from "./channel.ts";
import { createRemoteHome } from "./remoteHome.ts";
import { scriptUrl } from "./scriptUrl.ts";
// Vite bundles the worker and gives its address.
// oxlint-disable-next-line import/default
import workerUrl from "./worker.ts?worker&url";

export interface BrowserHome extends SottoHome {
  /**
   * Resolves when no tab of this browser has the account open: after `storeLocked`, wait for it and open again. Another tab that waits too
   * may be first.
   */
  storeFree(): Promise<void>;
}

/**
 * Starts the worker; call it once for a page. Works in secure contexts only (https, or http on this machine). With another tab open, all
 * methods that use the store reject with `storeLocked`.
 */
export function openBrowserHome(): BrowserHome {
  const worker = new Worker(scriptUrl(workerUrl), { type: "module", name: "sotto" });
  const home = createRemoteHome({
    post: (message) => worker.postMessage(message),
    listen: (onMessage) =>
      worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => onMessage(data)),
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    home.fail(event);
  });
  return home;
}

export { scriptUrl } from "./scriptUrl.ts";
export { SottoError } from "../../api.ts";
export { MESSAGES } from "../../sdk/messages.ts";
