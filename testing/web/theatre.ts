/** The stage in a browser: any scene, looked at in any way. */
import type { Browser, Page, Request } from "playwright-core";
import { launchChromium } from "../browser/chromium.ts";
import { openSite } from "../browser/site.ts";
import { PATIENCE_MS } from "../support/deadline.ts";
import type { Look } from "./look.ts";
import { heightOf, isTouch, nameOfLook } from "./look.ts";
import { onStage } from "./onStage.ts";
import type { Scene } from "./scenes.ts";
import { NOW_MS } from "./stage/page/world.ts";
import type { Script } from "./stage/page/script.ts";
import { queryOf } from "./stage/page/script.ts";

/** Names the server in pictures, in place of this machine and a port that changes. */
const ORIGIN = "http://sotto.example";
const LOCALES = { en: "en-GB", zh: "zh-CN", ru: "ru-RU" } as const;

export interface Theatre {
  /** Plays the scene and gives it to `use` when nothing moves any more. Rejects when the page breaks a rule of the server's policy or throws. */
  play<T>(scene: Scene, look: Look, use: (page: Page) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openTheatre(): Promise<Theatre> {
  const site = await openSite("testing/web/stage");
  const browser = await launchChromium([
    `--host-resolver-rules=MAP ${new URL(ORIGIN).host} ${new URL(site.origin).host}`,
    `--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`,
  ]);
  // A page for each look: a new one for each scene would take most of the time.
  const houses = new Map<string, Promise<House>>();
  const houseFor = (look: Look): Promise<House> => {
    const name = nameOfLook(look);
    const house = houses.get(name) ?? openHouse(browser, look);
    houses.set(name, house);
    return house;
  };
  let plays = 0;
  return {
    async play(scene, look, use) {
      const { page, faults, fetching } = await houseFor(look);
      faults.length = 0;
      // No two addresses are alike but for the fragment, so that each scene begins with a new document.
      await page.goto(`${ORIGIN}/${queryOf(scriptFor(scene))}&play=${++plays}${scene.address ?? "#/"}`);
      await page.waitForFunction(() => "stage" in globalThis);
      await page.locator("h1, h2, nav").filter({ visible: true }).first().waitFor();
      const { textPercent = 100, mirrored = false } = look;
      await onStage(page, "setLook", { textPercent, mirrored });
      await scene.act?.(page);
      await settled(page, fetching);
      const result = await use(page);
      await onStage(page, "forget");
      if (faults.length > 0) throw new Error(faults.join("; "));
      return result;
    },
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

function scriptFor({
  world = "everyday",
  home = { open: "device" },
  failures = {},
  updated = false,
}: Scene): Script {
  return { world, home, failures, updated };
}

/** A page that is looked at in one way. */
interface House {
  readonly page: Page;
  /** What it has thrown, and what its policy has refused. */
  readonly faults: string[];
  /** What is on its way to it. */
  readonly fetching: ReadonlySet<Request>;
}

async function openHouse(browser: Browser, look: Look): Promise<House> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: heightOf(look) },
    colorScheme: look.theme,
    locale: LOCALES[look.language],
    timezoneId: "UTC",
    reducedMotion: "reduce",
    hasTouch: isTouch(look),
    isMobile: isTouch(look),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  const fetching = new Set<Request>();
  page.on("request", (request) => fetching.add(request));
  page.on("requestfinished", (request) => fetching.delete(request));
  page.on("requestfailed", (request) => fetching.delete(request));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  // Dates stand still, timers run.
  await page.clock.setFixedTime(NOW_MS);
  return { page, faults, fetching };
}

/** What the scene asks for as it goes on, such as a font or a part of the app, is there and drawn. */
async function settled(page: Page, fetching: ReadonlySet<Request>): Promise<void> {
  do await onStage(page, "settled");
  while (fetching.size > 0);
  await onStage(page, "settled");
}
