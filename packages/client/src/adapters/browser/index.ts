/**
 * Sotto in a browser: a home is an origin's storage. Its device runs in the worker of one of its tabs, and all of them show it and act on it
 * alike, whichever that is.
 */
import type { SottoHome } from "../../api.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { FirstToWorker, FromWorker, TabId, ToWorker } from "./channel.ts";
import { openHall } from "./hall.ts";
import { createLinkHost } from "./linkHost.ts";
import { portLine } from "./linkMessages.ts";
import { createRemoteHome } from "./remoteHome.ts";
import { scriptUrl } from "./scriptUrl.ts";
import { sweepSpool } from "./spool.ts";
// Vite bundles the worker and gives its address.
// oxlint-disable-next-line import/default
import workerUrl from "./worker.ts?worker&url";

/** A worker that dies that often is not started again. */
const MAX_WORKERS = 3;
const TAB_ID_BYTES = 8;

export interface BrowserHome extends SottoHome {
  /**
   * Resolves when an account is signed in here, in whichever tab. After this tab has closed its device: when somebody has signed in again.
   */
  signedIn(): Promise<void>;
}

/**
 * Starts the worker; call it once for a page. Works in secure contexts only (https, or http on this machine). The devices that it opens may be
 * taken over by another tab's worker at any time, which shows as the event `resynced` and in nothing else.
 */
export function openBrowserHome(): BrowserHome {
  const tab: TabId = Array.from(crypto.getRandomValues(new Uint8Array(TAB_ID_BYTES)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  let onMessage: (message: FromWorker) => void = () => {};
  let workers = 0;
  let worker = start();
  // Where there are no private files there is nothing to sweep.
  sweepSpool().catch(() => {});
  const home = createRemoteHome({
    tab,
    worker: {
      post: (message: ToWorker) => worker.postMessage(message),
      listen(listener) {
        onMessage = listener;
      },
    },
    hall: openHall(),
    clock: systemClock,
    isWatched: () => document.visibilityState === "visible",
  });
  return home;

  function start(): Worker {
    workers++;
    const started = new Worker(scriptUrl(workerUrl), { type: "module", name: tab });
    const { port1, port2 } = new MessageChannel();
    const canLink = "RTCPeerConnection" in globalThis;
    const first: FirstToWorker = { type: "first", links: canLink ? port2 : undefined };
    started.postMessage(first, [port2]);
    const links = createLinkHost(portLine(port1), (configuration) => new RTCPeerConnection(configuration));
    started.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => onMessage(data));
    started.addEventListener("error", (event) => {
      event.preventDefault();
      // What it was about to do nobody knows; whoever leads next opens the store as it is.
      started.terminate();
      links.close();
      if (workers >= MAX_WORKERS) return home.fail(event);
      worker = start();
      home.onWorkerLost(event);
    });
    return started;
  }
}

export { makeConversationKey } from "./conversationKey.ts";
export type { Crop } from "./croppedPicture.ts";
export { croppedPicture, pictureToCrop, squareOf } from "./croppedPicture.ts";
export { previewOf } from "./previewOf.ts";
export { saveFile } from "./saveFile.ts";
export { MAX_SHOWN_BYTES, blobOf, thumbnailOf } from "./shownPictures.ts";
export { scriptUrl } from "./scriptUrl.ts";
export { SottoError } from "../../api.ts";
export { MESSAGES } from "../../sdk/messages.ts";
// The limits alone: the page needs no codecs.
export { MAX_GROUP_NAME_BYTES, MAX_TEXT_BYTES } from "@sotto/protocol/limits";
export { MAX_SENT_FILE_BYTES } from "../../transfers/limits.ts";
