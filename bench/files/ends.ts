/** Parties on machines of their own, as processes and as pages. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openLastingBrowser } from "@sotto/testing/lan/programs.ts";
import type { Site } from "@sotto/testing/network/network.ts";
import { launched } from "@sotto/testing/support/lineProcess.ts";
import { startOrderedProcess } from "../harness/orderedProcess.ts";
import type { PartyAnswer, PartyOrder } from "./ends/obeyBench.ts";
import type { FileParty, PartyMethod } from "./party.ts";
import { processWith } from "./processTree.ts";

/** A party, and what it weighs. */
export interface FileEnd extends FileParty {
  /** The process that has started all others of which it consists. */
  pid(): number;
}

/** Longer than 2 GB take between two browsers beside much other work. */
const ANSWER_MS = 3_600_000;
const START_MS = 60_000;

/** @param program in `ends` */
export async function startNodeEnd(
  { namespace }: Site,
  program: string,
  args: readonly string[],
): Promise<FileEnd> {
  const [execPath, ...execArgv] = launched(namespace.launcher, process.execPath);
  const file = join(import.meta.dirname, "ends", program);
  const started = { name: program, file, args, execPath, execArgv, answerMs: ANSWER_MS };
  const running = await startOrderedProcess<PartyOrder, PartyAnswer>(started);
  const party = partyBy(async (method, args) => {
    running.give({ method, args });
    const said = await running.next();
    return said.kind === "done" ? said.value : undefined;
  });
  return {
    ...party,
    pid: () => running.pid,
    close: () => running.end({ method: "close", args: [] }),
  };
}

export interface PagePlace {
  /** A new folder. */
  readonly home: string;
  /** PEM; trusted by the browser. */
  readonly authority?: string;
  /** Of the page, with what it is asked for. */
  readonly url: string;
}

export async function startPageEnd(
  { namespace }: Site,
  { home, authority, url }: PagePlace,
): Promise<FileEnd> {
  const browser = await openLastingBrowser(namespace, home, authority);
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(ANSWER_MS);
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  await page.goto(url);
  // Not waitForFunction, which the policy of the page forbids.
  const deadlineMs = Date.now() + START_MS;
  while (!(await page.evaluate<boolean>("'party' in globalThis"))) {
    if (Date.now() > deadlineMs) throw new Error(`the page has no party: ${complaints.join(" ")}`);
    await pause(100);
  }
  const party = partyBy(async (method, args) => {
    const [path] = args;
    if (method === "offer" && typeof path === "string") await page.locator("input").setInputFiles(path);
    return page.evaluate(`party.${method}(${args.map((arg) => JSON.stringify(arg)).join(", ")})`);
  });
  return {
    ...party,
    pid: () => processWith(`--user-data-dir=${home}`),
    async close() {
      await party.close();
      await browser.close();
    },
  };
}

/** A party whose calls are carried elsewhere. */
function partyBy(carry: (method: PartyMethod, args: readonly unknown[]) => Promise<unknown>): FileParty {
  const by =
    <M extends PartyMethod>(method: M) =>
    (...args: Parameters<FileParty[M]>): ReturnType<FileParty[M]> =>
      carry(method, args) as ReturnType<FileParty[M]>;
  return {
    meet: by("meet"),
    link: by("link"),
    relay: by("relay"),
    offer: by("offer"),
    uploaded: by("uploaded"),
    take: by("take"),
    save: by("save"),
    digest: by("digest"),
    forget: by("forget"),
    close: by("close"),
  };
}
