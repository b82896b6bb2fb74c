/** Somebody at a fresh browser, who reads what is on the screen and has hands. */
import type { Browser, Page } from "playwright-core";
import { PATIENCE_MS } from "../support/deadline.ts";
import type { Hands, HandsKind } from "./hands.ts";
import { handsOn } from "./hands.ts";
import { button, field, holds } from "./sight.ts";

const PASSWORD = "correct horse battery staple";
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1280, height: 800 } };

export interface PagePerson {
  readonly userName: string;
  readonly page: Page;
  readonly hands: Hands;
}

/** @param options `throttle`: how many times slower than this machine the page's processor is; its worker's is not, no browser slows that */
export async function openPerson(
  browser: Browser,
  userName: string,
  { hands, throttle }: { readonly hands: HandsKind; readonly throttle: number },
): Promise<PagePerson> {
  const context = await browser.newContext({ locale: "en-GB", ...(hands === "touch" ? PHONE : DESKTOP) });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  if (throttle > 1) {
    const devTools = await context.newCDPSession(page);
    await devTools.send("Emulation.setCPUThrottlingRate", { rate: throttle });
  }
  return { userName, page, hands: handsOn(page, hands) };
}

/** From the form, which is on the screen, to the app; milliseconds from pressing the button. */
export async function register({ page, hands, userName }: PagePerson): Promise<number> {
  await hands.write(field("User name"), userName);
  await hands.write(field("Password"), PASSWORD);
  const start = performance.now();
  await hands.send(button("Create account"));
  // On phones the list is there and not on the screen when an invitation has led here.
  await holds(page, `document.querySelector("nav") !== null`);
  return performance.now() - start;
}

/** Ends when the server has it, and the screen says so. */
export async function sendMessage(person: PagePerson, to: string, text: string): Promise<void> {
  const { page, hands } = person;
  await hands.write(field(`Message to ${to}`), text);
  await hands.send(button("Send"));
  await holds(page, messageBy("You", text, ["sent", "delivered", "read"]));
}

/** Waits for a message of somebody else's. */
export async function hear({ page }: PagePerson, who: string, text: string): Promise<void> {
  await holds(page, messageBy(who, text));
}

/** True when there is a message of somebody's with this text, if given in one of these states. */
function messageBy(who: string, text: string, states?: readonly string[]): string {
  return `[...document.querySelectorAll("article")].some((one) =>
    one.getAttribute("aria-label").startsWith(${JSON.stringify(`${who}, `)}) &&
    one.querySelector("p")?.textContent === ${JSON.stringify(text)} &&
    ${states === undefined ? "true" : `[...one.querySelectorAll("span")].some(({ textContent }) => ${JSON.stringify(states)}.includes(textContent))`}
  )`;
}
