/** The worker in which a browser's device lives: engine, MLS, OPAQUE and storage. Only plain data leaves it. */
import "./strictParsing.ts";
import { createMlsEngine } from "@sotto/crypto";
import { systemClock } from "../../runtime/clock.ts";
import { createHome } from "../../sdk/home.ts";
import type { FromWorker, ToWorker } from "./channel.ts";
import { createBrowserCryptoProvider } from "./cryptoProvider.ts";
import { eraseHomeStore, hasHomeStore, homeStoreFree, openHomeStore } from "./homeStore.ts";
import { connectBrowser, createBrowserTransport } from "./serverConnection.ts";
import { serveHome } from "./workerHost.ts";

/** Database and lock; one account lives in an origin. */
const STORE_NAME = "sotto";

const crypto = createBrowserCryptoProvider();

// Without waiting for anything: what the page posts before somebody listens is lost.
serveHome({
  home: createHome({
    crypto,
    mls: createMlsEngine(crypto),
    clock: systemClock,
    openStore: () => openHomeStore(STORE_NAME),
    hasStore: () => hasHomeStore(STORE_NAME),
    eraseStore: () => eraseHomeStore(STORE_NAME),
    transport: (origin) => createBrowserTransport(origin),
    connect: connectBrowser,
  }),
  channel: {
    post: (message: FromWorker) => postMessage(message),
    listen: (onMessage) => addEventListener("message", ({ data }: MessageEvent<ToWorker>) => onMessage(data)),
  },
  storeFree: () => homeStoreFree(STORE_NAME),
});
