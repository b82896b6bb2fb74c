/**
 * Looking for something on a page by what it says. Playwright's own search computes every element's role and name in the page at each look, which
 * is most of what a slowed page then does; this one costs next to nothing, so that what is timed is the page.
 */
import type { Page } from "playwright-core";
import { PATIENCE_MS } from "../support/deadline.ts";

/** What one looks for: the first element of that kind on the screen that says so. */
export interface Sight {
  /** CSS selector. */
  readonly kind: string;
  /** How its name begins: its label, or else its text. */
  readonly says: string;
  /** Its name is no more than that. */
  readonly exactly?: boolean;
}

export const link = (says: string): Sight => ({ kind: "a[href]", says });
/** A link by its address, for those that say much. */
export const leadsTo = (href: string): Sight => ({ kind: `a[href=${JSON.stringify(href)}]`, says: "" });
export const button = (says: string): Sight => ({ kind: "button", says, exactly: true });
export const field = (says: string): Sight => ({ kind: "input, textarea", says });
export const heading = (says: string): Sight => ({ kind: "h1, h2", says });

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Waits until it is there, and gives the place where it is then. */
export async function see(page: Page, sight: Sight): Promise<Box> {
  const box = await polled<Box>(
    page,
    `(() => {
      const found = ${expressionOf(sight)};
      if (found === undefined) return undefined;
      const { x, y, width, height } = found.getBoundingClientRect();
      return { x, y, width, height };
    })()`,
  );
  if (box === undefined) throw new Error(`Nothing on the page is a ${sight.kind} that says ${sight.says}.`);
  return box;
}

/** Waits until an expression of the page's own world is true. */
export async function holds(page: Page, expression: string): Promise<void> {
  if ((await polled<true>(page, expression)) === undefined)
    throw new Error(`This does not come true on the page: ${expression}`);
}

/** The value of an expression of the page's own world, looked at in every frame until it is something. */
async function polled<T>(page: Page, expression: string): Promise<T | undefined> {
  return page.evaluate<T | undefined>(`new Promise((resolve) => {
    const until = performance.now() + ${PATIENCE_MS};
    const look = () => {
      const value = ${expression};
      if (value) resolve(value);
      else if (performance.now() < until) requestAnimationFrame(look);
      else resolve(undefined);
    };
    look();
  })`);
}

/** An expression for the element, or `undefined`. */
export function expressionOf({ kind, says, exactly = false }: Sight): string {
  return `[...document.querySelectorAll(${JSON.stringify(kind)})].find((one) => {
    const name = (one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent).trim();
    return (${exactly} ? name === ${JSON.stringify(says)} : name.startsWith(${JSON.stringify(says)})) &&
      one.checkVisibility({ visibilityProperty: true });
  })`;
}
