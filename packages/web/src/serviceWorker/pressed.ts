/** A notification that only the service worker may show was pressed: the app comes to the front, at that conversation. */
import { notificationPressed } from "./messages.ts";

interface Pressed {
  /** The conversation. */
  readonly tag: string;
  close(): void;
}

interface Pages {
  matchAll(options: { readonly type: "window" }): Promise<
    readonly {
      focus(): Promise<unknown>;
      postMessage(message: unknown): void;
    }[]
  >;
  openWindow(address: string): Promise<unknown>;
}

/** Without a page of the app a new one starts at the list: no name is kept where a notification is. */
export async function openPressed(notification: Pressed, pages: Pages): Promise<void> {
  notification.close();
  const [page] = await pages.matchAll({ type: "window" });
  if (page === undefined) {
    await pages.openWindow("/");
    return;
  }
  page.postMessage(notificationPressed(notification.tag));
  await page.focus();
}
