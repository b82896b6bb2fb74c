/** A real Chromium for tests: Debian's, without the profile and the background traffic of a person's browser. */
import { existsSync } from "node:fs";
import type { Browser, BrowserContext, LaunchOptions } from "playwright-core";
import { chromium } from "playwright-core";
import { PATIENCE_MS } from "../support/deadline.ts";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Pages look for other devices only on networks that a test has made: this machine's own is nobody's playground. */
const NO_DIRECT_CONNECTIONS = "--force-webrtc-ip-handling-policy=disable_non_proxied_udp";

/** Tests that need it skip without it: `npm test` installs it where it may. */
export const hasChromium: boolean = existsSync(CHROMIUM);

/** Where a browser runs, if not here. */
export interface ChromiumPlace {
  /** Starts the browser, for instance inside another network. */
  readonly executablePath?: string;
  /** Folder of the system's list of trusted authorities and of everything else that belongs to a user. */
  readonly home?: string;
}

/** @param flags beyond the usual ones */
export function launchChromium(flags: readonly string[] = [], place: ChromiumPlace = {}): Promise<Browser> {
  return chromium.launch(optionsOf(flags, place));
}

/** With a profile on the disk: what pages keep, files of theirs above all, is not held in memory as in a window that leaves no trace. */
export function launchLastingChromium(
  profile: string,
  flags: readonly string[] = [],
  place: ChromiumPlace = {},
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, optionsOf(flags, place));
}

function optionsOf(flags: readonly string[], { executablePath, home }: ChromiumPlace): LaunchOptions {
  return {
    executablePath: executablePath ?? CHROMIUM,
    args: [...FLAGS, ...(executablePath === undefined ? [NO_DIRECT_CONNECTIONS] : []), ...flags],
    timeout: PATIENCE_MS,
    ...(home !== undefined && { env: { ...process.env, HOME: home } }),
  };
}
