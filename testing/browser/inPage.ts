/** What tests run inside the page of the web app. Scripts are texts: the tests themselves are checked without a browser's types. */
import type { Page } from "playwright-core";

/** Runs an expression of the page's own world; a promise is waited for. */
function run<T>(page: Page, expression: string): Promise<T> {
  return page.evaluate<T>(expression);
}

const COMMON = `
  const scroller = document.querySelector("[role=region][aria-label=Messages]");
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const articles = () => [...scroller.querySelectorAll("article")];
`;

/**
 * Presses Enter in the field and looks, before the page has taken anything from outside, whether an article begins with the text: what stands
 * there then does not wait for the worker.
 */
export function isShownAtOnce(page: Page, text: string): Promise<boolean> {
  return run(
    page,
    `(async () => {
      ${COMMON}
      const key = { key: "Enter", bubbles: true, cancelable: true };
      document.querySelector("textarea").dispatchEvent(new KeyboardEvent("keydown", key));
      for (let turn = 0; turn < 20; turn++) await null;
      return articles().some((one) => one.textContent.startsWith(${JSON.stringify(text)}));
    })()`,
  );
}

export interface Climb {
  /** Pages that were added above on the way. */
  readonly pages: number;
  /** By how much a message on the screen moved when they came, otherwise than it was scrolled; at most, in px. Infinite for one that was gone. */
  readonly jumpPx: number;
  /** The same of all other steps. */
  readonly driftPx: number;
}

/** Scrolls to the beginning of the history, step by step, and watches a message near the top of the screen. */
export function climb(
  page: Page,
  { stepPx, maxSteps }: { readonly stepPx: number; readonly maxSteps: number },
): Promise<Climb> {
  return run(
    page,
    `(async () => {
      ${COMMON}
      const { top: edge } = scroller.getBoundingClientRect();
      let [jumpPx, driftPx, pages, waited] = [0, 0, 0, 0];
      for (let step = 0; step < ${maxSteps} && waited < 100; step++) {
        const { scrollHeight, scrollTop } = scroller;
        const anchor = articles()
          .map((one) => ({ one, top: one.getBoundingClientRect().top, text: one.textContent }))
          .find(({ top }) => top >= edge);
        const scrolled = Math.min(${stepPx}, scrollTop);
        if (scrolled === 0 && !scroller.querySelector("button")) break;
        waited = scrolled === 0 ? waited + 1 : 0;
        scroller.dispatchEvent(new WheelEvent("wheel", { bubbles: true }));
        scroller.scrollTop = scrollTop - scrolled;
        await frame();
        await frame();
        const isPage = scroller.scrollHeight - scrollHeight > 2000;
        if (isPage) pages++;
        if (anchor === undefined) continue;
        // The list may have drawn it anew, in the same place or in another.
        const again = anchor.one.isConnected
          ? anchor.one
          : articles().find((one) => one.textContent === anchor.text);
        const moved = again === undefined
          ? Infinity
          : Math.abs(again.getBoundingClientRect().top - anchor.top - scrolled);
        if (isPage) jumpPx = Math.max(jumpPx, moved);
        else driftPx = Math.max(driftPx, moved);
      }
      return { pages, jumpPx, driftPx };
    })()`,
  );
}

/** How many drafts the device keeps; their texts are sealed. */
export function draftCount(page: Page): Promise<number> {
  return run(
    page,
    `(async () => {
      const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      let count = 0;
      for (const { name } of await indexedDB.databases()) {
        const db = await done(indexedDB.open(name));
        if (db.objectStoreNames.contains("record")) {
          const keys = await done(db.transaction("record").objectStore("record").getAllKeys());
          count += keys.filter(([table]) => table === "draft").length;
        }
        db.close();
      }
      return count;
    })()`,
  );
}

/** Everything that lies in the browser's storage in plain text, for the search of what must not be there. */
export function readableStorage(page: Page): Promise<string> {
  return run(
    page,
    `(async () => {
      const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const texts = [JSON.stringify([{ ...localStorage }, { ...sessionStorage }])];
      for (const { name } of await indexedDB.databases()) {
        const db = await done(indexedDB.open(name));
        for (const store of db.objectStoreNames)
          for (const value of await done(db.transaction(store).objectStore(store).getAll()))
            texts.push(value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : String(value));
        db.close();
      }
      return texts.join("\\n");
    })()`,
  );
}
