/** When a page shows something, and when it shows what it was opened for, in milliseconds from the start of the navigation. */
import type { BrowserContext, Page } from "playwright-core";

export interface Painted {
  readonly page: Page;
  /** First contentful paint, as the browser reports it. */
  readonly paintMs: number;
  /** The element is in the page. */
  readonly shownMs: number;
}

/** Opens the address in a new tab and waits for the element, `selector`. */
export async function openPainted(
  context: BrowserContext,
  address: string,
  selector: string,
): Promise<Painted> {
  const page = await context.newPage();
  await page.addInitScript({
    content: `globalThis.whenShown = new Promise((resolve) => {
      const look = () => {
        if (document.querySelector(${JSON.stringify(selector)}) === null) return false;
        resolve(performance.now());
        return true;
      };
      const observer = new MutationObserver(() => look() && observer.disconnect());
      observer.observe(document, { childList: true, subtree: true, attributes: true });
    });
    globalThis.whenPainted = new Promise((resolve) => {
      new PerformanceObserver((list) => {
        const [paint] = list.getEntriesByName("first-contentful-paint");
        if (paint !== undefined) resolve(paint.startTime);
      }).observe({ type: "paint", buffered: true });
    });`,
  });
  await page.goto(address);
  const [paintMs, shownMs] = await page.evaluate<[number, number]>("Promise.all([whenPainted, whenShown])");
  return { page, paintMs, shownMs };
}
