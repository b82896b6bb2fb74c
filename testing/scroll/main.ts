/**
 * `npm run scroll [-- --messages N] [--json]`: a conversation of 10,000 messages in Chromium. One goes up through all of it, and a message on the
 * screen may not move but by the scrolling when earlier pages come; then it is scrolled with everything loaded, beside an empty list of the
 * same height on the same machine.
 */
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import type { Conversation, Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import { launchChromium } from "../browser/chromium.ts";
import { climb } from "../browser/inPage.ts";
import type { Site } from "../browser/site.ts";
import { openSite } from "../browser/site.ts";
import { integerFlag } from "../support/integerFlag.ts";
import { atLeast, atMost, finish } from "../support/report.ts";
import type { Frames } from "./frames.ts";
import { scrolledBy, wheeledBy } from "./frames.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "10000" },
    json: { type: "boolean", default: false },
  },
});
const messages = integerFlag("messages", values.messages);
const PASSWORD = "correct horse battery staple";
/** Sent before the first of them is awaited. */
const BURST = 500;
/** A message is at least so high. */
const ROW_PX = 50;
/** The longest that a page may take to catch up with a burst. */
const CATCH_UP_MS = 120_000;
const SETTLE_MS = 1000;
/** About as fast as a wheel goes. */
const CLIMB_STEP_PX = 200;
const STEP_PX = 80;
const FRAMES = 600;
const WHEEL_PX = 300;
const TURNS = 120;

const site = await openSite("packages/web");
const browser = await launchChromium();
try {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(CATCH_UP_MS);
  const startedMs = performance.now();
  const bob = await meet(site, page);
  await fill(page, bob);
  const fillSeconds = Math.round((performance.now() - startedMs) / 1000);
  await page.reload();
  await page.getByText(lineOf(messages), { exact: true }).first().waitFor();

  // Letters that come late change the height of rows; that is not what is asked here.
  await page.evaluate("document.fonts.ready.then(() => {})");
  await page.waitForTimeout(SETTLE_MS);

  const way = await climb(page, { stepPx: CLIMB_STEP_PX, maxSteps: 10 * messages });
  await page.getByText("Only you and bob can read this conversation.").waitFor();
  const listPx = await page.evaluate<number>("document.querySelector('[role=region]').scrollHeight");
  await goTo(page, listPx / 2);
  const drawn = await page.getByRole("article").count();
  const plain = await context.newPage();
  await plain.setContent(
    `<body style="margin:0"><div role="region" style="block-size:100vh;overflow:auto"><div style="block-size:${listPx}px"></div></div>`,
  );
  await goTo(plain, listPx / 2);
  const figures = await measured(page, plain);
  finish(
    {
      name: "scroll",
      rounds: 1,
      figures: {
        messages,
        fillSeconds,
        listPx,
        pagesAdded: way.pages,
        driftPx: Math.round(way.driftPx * 100) / 100,
        messagesDrawn: drawn,
        ...told("scrolled", figures.scrolled),
        ...told("emptyScrolled", figures.emptyScrolled),
        ...told("wheeled", figures.wheeled),
        ...told("emptyWheeled", figures.emptyWheeled),
      },
      ratios: {
        "frames per second, list to empty":
          figures.scrolled.framesPerSecond / figures.emptyScrolled.framesPerSecond,
      },
      bars: {
        jumpPx: atMost(Math.round(way.jumpPx * 100) / 100, 2),
        scrolledFramesPerSecond: atLeast(figures.scrolled.framesPerSecond, 50),
        wheeledFramesPerSecond: atLeast(figures.wheeled.framesPerSecond, 50),
        listPxPerMessage: atLeast(Math.floor(listPx / messages), ROW_PX),
        drawnAtOnce: atMost(drawn, 100),
      },
    },
    values.json,
  );
  await bob.close();
} finally {
  await browser.close();
  await site.close();
}

/** The list and the empty one in turns, so that the machine's mood is the same for both. */
async function measured(
  page: Page,
  plain: Page,
): Promise<Readonly<Record<"scrolled" | "emptyScrolled" | "wheeled" | "emptyWheeled", Frames>>> {
  await plain.bringToFront();
  const emptyScrolled = await scrolledBy(plain, STEP_PX, FRAMES);
  await page.bringToFront();
  const scrolled = await scrolledBy(page, STEP_PX, FRAMES);
  await plain.bringToFront();
  const emptyWheeled = await wheeledBy(plain, WHEEL_PX, TURNS);
  await page.bringToFront();
  const wheeled = await wheeledBy(page, WHEEL_PX, TURNS);
  return { scrolled, emptyScrolled, wheeled, emptyWheeled };
}

function told(name: string, { framesPerSecond, p95Ms, long, count }: Frames): Record<string, string> {
  return { [name]: `${framesPerSecond} frames/s, p95 ${p95Ms} ms, ${long} of ${count} over 50 ms` };
}

async function goTo(page: Page, top: number): Promise<void> {
  await page.evaluate(`document.querySelector("[role=region]").scrollTop = ${Math.round(top)}`);
  await page.waitForTimeout(SETTLE_MS);
}

/** Alice's account in the page, and bob as her contact. */
async function meet(at: Site, page: Page): Promise<Sotto> {
  const { origin } = at;
  const bob = await openNodeHome({ dir: at.folder("bob"), links: false }).register({
    server: origin,
    userName: "bob",
    password: PASSWORD,
  });
  await page.goto(origin);
  await page.getByLabel("User name").fill("alice");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("navigation").waitFor();
  await bob.contacts.add("alice");
  await page.getByRole("link", { name: /^1 request/ }).click();
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByLabel("Message to bob").waitFor();
  return bob;
}

/** Bob writes everything, in bursts; the page shows the last line of one before the next begins. */
async function fill(page: Page, bob: Sotto): Promise<void> {
  const conversation = bob.conversations.withUser("alice")?.id as Conversation["id"];
  for (let sent = 0; sent < messages; sent += BURST) {
    const numbers = Array.from({ length: Math.min(BURST, messages - sent) }, (_, i) => sent + i + 1);
    await Promise.all(numbers.map((number) => bob.messages.send(conversation, lineOf(number))));
    await page
      .getByText(lineOf(numbers.at(-1) ?? 0), { exact: true })
      .first()
      .waitFor({ state: "attached" });
    if (!values.json) console.log(`${numbers.at(-1)} messages`);
  }
}

/** Lines of one to seven rows, some with an address or in other scripts, as people write. */
function lineOf(number: number): string {
  const words = [
    "Did the tenors get the new score?",
    "第二乐章的开头要再轻一点。",
    "Кто принесёт хлеб?",
    "https://sotto.example/a/b",
  ];
  const more = Array.from({ length: (number * 7) % 9 }, (_, i) => words[(number + i) % words.length]);
  return [`line ${number}`, ...more].join(" ");
}
