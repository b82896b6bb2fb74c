/**
 * {@link LinkMaker} on `node-datachannel` (libdatachannel and libjuice), which is optional. Loading it takes some 20 ms and 9 MB: that is
 * done with the first link.
 */
import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import type { LinkHandlers, LinkMaker } from "../../ports/direct.ts";
import type { Native } from "./nativeLink.ts";
import { openNativeLink } from "./nativeLink.ts";

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
      return openNativeLink(native, options, handlers);
    },
  };
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
