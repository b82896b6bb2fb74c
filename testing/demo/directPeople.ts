/** People who pass files to each other, at terminals and at browsers. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { PathPerson } from "../paths/people.ts";
import { openBrowserPage, pagePathPerson, terminalPerson } from "../paths/people.ts";
import type { PlacedWorld } from "../paths/placedWorld.ts";
import { conversationWith, historyOf, textsFrom } from "../support/history.ts";
import { field, see } from "../web/sight.ts";

export interface FilePerson extends PathPerson {
  /** Resolves when it is offered; with its name there for {@link fetch}, if it has one. */
  offer(to: string, path: string): Promise<string | undefined>;
  /** Asks for the file and waits until so much of it is here. `id` as the sender knows it. */
  fetch(from: string, file: FileName, share: number): Promise<void>;
  /** Waits until all of it is here and saves it; SHA-256 in hexadecimal. */
  save(from: string, file: FileName): Promise<string>;
  /** What somebody has written here, oldest first; texts alone. */
  texts(from: string): Promise<readonly string[]>;
}

export interface FileName {
  readonly name: string;
  readonly id: string | undefined;
}

/** For a file on its way, cut off in between. */
const FILE_MS = 600_000;
const LOOK_MS = 50;
const DRAWN_MS = 500;
/** Tall enough for all that is said: lists draw what is in sight. */
const ALL_IN_SIGHT = { width: 1280, height: 8000 };
/** Chromium asks where to with a window of the system's, which nobody is there to answer; without it files go where downloads go. */
const NO_PICKER = "delete globalThis.showSaveFilePicker;";

export async function openFileTerminal(world: PlacedWorld, name: string): Promise<FilePerson> {
  await world.register(name);
  const client = await world.startClient(name);
  const shares = new Map<string, number>();
  const watchers = new Set<() => void>();
  client.on((event) => {
    if (event.type !== "file") return;
    shares.set(event.id ?? "", event.bytes / event.total);
    for (const watcher of watchers) watcher();
  });
  const saving = new Map<string, Promise<unknown>>();
  const pathOf = (file: FileName): string => join(world.scratch, `${name}'s ${file.name}`);
  const save = (file: FileName): Promise<unknown> => {
    const { id = "" } = file;
    const running = saving.get(id) ?? client.call("files.save", { id, path: pathOf(file) });
    saving.set(id, running);
    return running;
  };
  return {
    ...terminalPerson(world, client),
    async offer(to, path) {
      return (await client.call("files.send", { to: `@${to}`, path })).id;
    },
    async fetch(_, file, share) {
      const saved = save(file);
      const here = new Promise<void>((resolve) => {
        const look = (): void => {
          if ((shares.get(file.id ?? "") ?? 0) >= share) resolve();
        };
        watchers.add(look);
        look();
      });
      await Promise.race([here, saved]);
    },
    async save(_, file) {
      await save(file);
      return digestOf(pathOf(file));
    },
    async texts(from) {
      const history = await historyOf(client, await conversationWith(client, from));
      return textsFrom(history, from).filter((text) => text !== "");
    },
  };
}

export async function openFileBrowser(world: PlacedWorld, name: string): Promise<FilePerson> {
  const { browser, person } = await openBrowserPage(world, name);
  const { page } = person;
  await page.addInitScript(NO_PICKER);
  await page.evaluate(NO_PICKER);
  const cardOf = (file: FileName) => page.getByRole("group", { name: file.name, exact: true });
  const seated = pagePathPerson(browser, person);
  // By its address: a list whose rows change places as messages come is no place to press.
  const open = async (other: string): Promise<void> => {
    await page.goto(new URL(`#/with/${other}`, page.url()).href);
    await see(page, field(`Message to ${other}`));
  };
  return {
    ...seated,
    async send(to, text) {
      await open(to);
      await seated.send(to, text);
    },
    async receive(from, text) {
      await open(from);
      return seated.receive(from, text);
    },
    async goes(other, way) {
      await open(other);
      await seated.goes(other, way);
    },
    async offer(to, path) {
      await open(to);
      await page.locator('input[type="file"]').first().setInputFiles(path);
      await page.getByRole("button", { name: "Send", exact: true }).click();
      return undefined;
    },
    async fetch(from, file, share) {
      await open(from);
      await cardOf(file).getByRole("button", { name: /^Get/ }).click();
      await waitForShare(page, file, share);
    },
    async save(_, file) {
      const button = cardOf(file).getByRole("button", { name: /^Save/ });
      await button.waitFor({ timeout: FILE_MS });
      const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
      return digestOf(await download.path());
    },
    async texts(from) {
      await open(from);
      await page.setViewportSize(ALL_IN_SIGHT);
      await pause(DRAWN_MS);
      return page.evaluate<readonly string[]>(
        `[...document.querySelectorAll("article")]
          .filter((one) => one.getAttribute("aria-label").startsWith(${JSON.stringify(`${from}, `)}))
          .map((one) => one.querySelector("p")?.textContent ?? "")
          .filter((text) => text !== "")`,
      );
    },
  };
}

/** By the file's progress bar, or by the end of it. */
async function waitForShare(page: Page, { name }: FileName, share: number): Promise<void> {
  const card = `[...document.querySelectorAll("[role=group]")].find((one) => one.getAttribute("aria-label") === ${JSON.stringify(name)})`;
  const isThere = `(() => {
    const card = ${card};
    const bar = card?.querySelector("[role=progressbar]");
    const isHere = [...(card?.querySelectorAll("button") ?? [])]
      .some((one) => (one.getAttribute("aria-label") ?? one.textContent).startsWith("Save"));
    return isHere || Number(bar?.getAttribute("aria-valuenow") ?? 0) >= ${100 * share};
  })()`;
  const deadlineMs = Date.now() + FILE_MS;
  while (!(await page.evaluate<boolean>(isThere))) {
    if (Date.now() > deadlineMs) throw new Error(`${name} does not come`);
    await pause(LOOK_MS);
  }
}

/** SHA-256 in hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest("hex");
}
