/** One end of links of a browser, as a program on a machine of the network: Chromium, in which the page of the browser adapter's tests runs. */
import { setTimeout } from "node:timers/promises";
import type { LinkOptions, LinkVia } from "sotto/node-links";
import type { Told } from "../browser/linkPages.ts";
import { openLinkPage } from "../browser/linkPages.ts";
import type { EndCommand, EndHappening, LinkEnd } from "./linkEnd.ts";
import { createRecord } from "./linkEnd.ts";
import type { Namespace } from "./namespaces.ts";

const LOOK_MS = 20;
/** Which way it is can be known better when all signals are there. */
const SETTLED_MS = 1000;

/**
 * @param home of the browser's user; a new folder
 * @param distDir the built page
 */
export function startBrowserEnd(
  { launcher }: Namespace,
  { home, distDir }: { readonly home: string; readonly distDir: string },
  options: LinkOptions,
): LinkEnd {
  const record = createRecord(() => "");
  const opening = openLinkPage({ launcher }, home, distDir);
  const ended = new AbortController();
  let via: LinkVia | undefined;
  const ready = begin();
  const watching = tellAll();
  // One command after the other.
  let last = ready;
  const obey = (command: EndCommand): void => {
    last = last.then(() => carryOut(command));
  };
  obey({ do: "open", options });
  return {
    ...record,
    obey,
    async end() {
      ended.abort();
      await watching;
      await (await opening).close();
    },
  };

  async function begin(): Promise<void> {
    const page = await opening;
    await page.start(true);
    record.tell({ kind: "ready" });
  }

  async function tellAll(): Promise<void> {
    await ready;
    const page = await opening;
    while (!ended.signal.aborted) {
      for (const told of await page.ask<readonly Told[]>("linkPage.told()")) tell(told);
      await setTimeout(LOOK_MS);
    }
  }

  function tell(told: Told): void {
    if (told.kind === "open" || told.kind === "steady") via = told.via as LinkVia;
    if (told.kind === "open") return void tellOpen();
    if (told.kind === "steady") return;
    const isSignal = told.kind === "offer" || told.kind === "answer" || told.kind === "candidate";
    record.tell((isSignal ? { kind: "signal", signal: told } : told) as EndHappening);
  }

  async function tellOpen(): Promise<void> {
    await setTimeout(SETTLED_MS);
    if (via !== undefined) record.tell({ kind: "open", via });
  }

  async function carryOut(command: EndCommand): Promise<void> {
    const page = await opening;
    switch (command.do) {
      case "open":
        return page.call("open", command.options);
      case "offer":
        return page.call("offer", false);
      case "signal":
        return command.signal.kind === "candidate"
          ? page.call("addCandidates", [command.signal])
          : page.call("accept", command.signal);
      case "send":
        return page.call("say", command.text);
      case "close":
        return page.call("close");
    }
  }
}
