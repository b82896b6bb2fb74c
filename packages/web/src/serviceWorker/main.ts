/**
 * The service worker: the whole app from its own cache, so that it starts without the server, and so that only files which the build
 * knows run in it. It never sees what `/v1` answers. A new version waits until the page asks for it or every page is closed.
 */
import type { AppVersion } from "./appVersion.ts";
import { answerFor } from "./answerFor.ts";
import type { Platform } from "./installed.ts";
import { installVersion, installedFile, removeOtherVersions } from "./installed.ts";
import { ACTIVATE } from "./messages.ts";
import { openPressed } from "./pressed.ts";

declare const self: ServiceWorkerGlobalScope;
/** Put before this code by the build. */
declare const APP_VERSION: AppVersion;

const platform: Platform = { caches, fetch: (path, init) => fetch(path, init) };

self.addEventListener("install", (event) => event.waitUntil(installVersion(APP_VERSION, platform)));

self.addEventListener("activate", (event) =>
  event.waitUntil(Promise.all([removeOtherVersions(APP_VERSION, caches), self.clients.claim()])),
);

self.addEventListener("message", (event: ExtendableMessageEvent) => {
  if (event.data === ACTIVATE) event.waitUntil(self.skipWaiting());
});

self.addEventListener("notificationclick", (event) =>
  event.waitUntil(openPressed(event.notification, self.clients)),
);

self.addEventListener("fetch", (event) => {
  const answer = answerFor(event.request, self.location.origin, APP_VERSION.files);
  if (answer.kind === "refused") event.respondWith(Response.error());
  if (answer.kind === "file") event.respondWith(installedFile(APP_VERSION, platform, answer.path));
});
