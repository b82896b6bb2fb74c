/** The stage in a browser: any scene, looked at in any way. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../browser/chromium.ts";
import { openSite } from "../browser/site.ts";
import type { Look } from "./look.ts";
import { heightOf, isTouch } from "./look.ts";
import { onStage } from "./onStage.ts";
import type { Scene } from "./scenes.ts";
import { NOW_MS } from "./stage/page/world.ts";
import type { Script } from "./stage/page/script.ts";
import { queryOf } from "./stage/page/script.ts";

/** Names the server in pictures, in place of this machine and a port that changes. */
const ORIGIN = "http://sotto.example";
const LOCALES = { en: "en-GB", zh: "zh-CN", ru: "ru-RU" } as const;
/** A scene that needs longer has a fault. */
const SCENE_MS = 10_000;

export interface Theatre {
  /** Plays the scene on a fresh page and gives it to `use` when nothing moves any more. Rejects when the page breaks a rule of the server's policy or throws. */
  play<T>(scene: Scene, look: Look, use: (page: Page) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openTheatre(): Promise<Theatre> {
  const site = await openSite("testing/web/stage");
  const browser = await launchChromium([
    `--host-resolver-rules=MAP ${new URL(ORIGIN).host} ${new URL(site.origin).host}`,
    `--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`,
  ]);
  return {
    async play(scene, look, use) {
      const context = await newContext(browser, look);
      try {
        const faults: string[] = [];
        const page = await newPage(context, faults);
        await page.goto(`${ORIGIN}/${queryOf(scriptFor(scene))}${scene.address ?? "#/"}`);
        await page.waitForFunction(() => "stage" in globalThis);
        await page.locator("h1, h2, nav").filter({ visible: true }).first().waitFor();
        const { textPercent = 100, mirrored = false } = look;
        await onStage(page, "setLook", { textPercent, mirrored });
        await scene.act?.(page);
        await onStage(page, "settled");
        const result = await use(page);
        if (faults.length > 0) throw new Error(`${scene.name}: ${faults.join("; ")}`);
        return result;
      } finally {
        await context.close();
      }
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

function newContext(browser: Browser, look: Look): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: look.width, height: heightOf(look) },
    colorScheme: look.theme,
    locale: LOCALES[look.language],
    timezoneId: "UTC",
    reducedMotion: "reduce",
    hasTouch: isTouch(look),
    isMobile: isTouch(look),
  });
}

async function newPage(context: BrowserContext, faults: string[]): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(SCENE_MS);
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  // Dates stand still, timers run.
  await page.clock.setFixedTime(NOW_MS);
  return page;
}
