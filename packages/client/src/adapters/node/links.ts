/**
 * {@link LinkMaker} on `node-datachannel` (libdatachannel and libjuice), which is optional. Loading it takes some 20 ms and 9 MB: that is
 * done with the first link.
 */
import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import type { Link, LinkHandlers, LinkMaker, LinkOptions } from "../../ports/direct.ts";
import { nativeIceServers } from "./iceServers.ts";
import { laterLink } from "./laterLink.ts";
import type { Native } from "./nativeLink.ts";
import { openNativeLink } from "./nativeLink.ts";
import { openTurnDoor } from "./turnDoor.ts";

export type { Link, LinkFailure, LinkOptions, LinkVia } from "../../ports/direct.ts";

const PACKAGE = "node-datachannel";

const require = createRequire(import.meta.url);

/**
 * `undefined` without the package, and in worker threads: the library keeps what it knows of JavaScript in variables of the process, for one
 * thread. Where its binary cannot be loaded links end as `unsupported`.
 */
export function createNodeLinks(): LinkMaker | undefined {
  if (!isMainThread || !isInstalled()) return undefined;
  let native: Native | undefined;
  return {
    open(options, handlers) {
      try {
        native ??= require(PACKAGE) as Native;
      } catch {
        return unsupported(handlers);
      }
      return (options.turnOnly ? openHiddenLink : openNativeLink)(native, options, handlers);
    },
  };
}

/** One whose packets reach nothing but TURN servers, whatever the other side says of its candidates. Its calls wait until the way there is open. */
function openHiddenLink(native: Native, options: LinkOptions, handlers: LinkHandlers): Link {
  const opening = openTurnDoor(nativeIceServers(options.iceServers)).then((door) =>
    openNativeLink(native, options, handlers, door),
  );
  return laterLink(opening);
}

function isInstalled(): boolean {
  try {
    require.resolve(PACKAGE);
    return true;
  } catch {
    return false;
  }
}

function unsupported(handlers: LinkHandlers): ReturnType<LinkMaker["open"]> {
  let closed = false;
  queueMicrotask(() => {
    if (!closed) handlers.onClose("unsupported");
  });
  const nothing = (): void => {};
  return {
    offer: nothing,
    accept: nothing,
    addCandidates: nothing,
    send: nothing,
    bufferedBytes: () => 0,
    close() {
      closed = true;
    },
  };
}
