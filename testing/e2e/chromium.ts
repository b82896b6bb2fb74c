/** Chromium with the web app as it is delivered. */
import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { hasChromium, launchChromium as launch } from "../browser/chromium.ts";
import { ROOT } from "../support/paths.ts";

/** Why the browser tests cannot run here; `undefined`: they can. */
export const CHROMIUM_MISSING: string | undefined = hasChromium ? undefined : "chromium is missing";

/** Rejects when the web app has not been built: the server would have nothing to show. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(`${ROOT}/packages/web/dist/index.html`))
    throw new Error("packages/web is not built: node scripts/buildWeb.ts");
  return launch();
}
