/** Chromium as the tests start it. */
import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";
import { PATIENCE_MS } from "../support/deadline.ts";
import { ROOT } from "../support/paths.ts";

const EXECUTABLE = "/usr/bin/chromium";

/** Why the browser tests cannot run here; `undefined`: they can. */
export const CHROMIUM_MISSING: string | undefined = existsSync(EXECUTABLE)
  ? undefined
  : `${EXECUTABLE} is missing`;

/** Rejects when the web app has not been built: the server would have nothing to show. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(`${ROOT}/packages/web/dist/index.html`))
    throw new Error("packages/web is not built: node scripts/buildWeb.ts");
  return chromium.launch({
    executablePath: EXECUTABLE,
    timeout: PATIENCE_MS,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
