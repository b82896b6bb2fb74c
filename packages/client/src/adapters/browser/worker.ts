/** The worker in which a browser's device lives when its tab leads: engine, MLS, OPAQUE and storage. Only plain data leaves it. */
import "./strictParsing.ts";
import { createMlsEngine } from "@sotto/crypto";
import { systemClock } from "../../runtime/clock.ts";
import { createHome } from "../../sdk/home.ts";
import { createCandidate } from "./candidate.ts";
import type { FromWorker, ToWorker } from "./channel.ts";
import { createBrowserCryptoProvider } from "./cryptoProvider.ts";
import { openHall } from "./hall.ts";
import { ownHomeStore } from "./homeStore.ts";
import { runKeeper } from "./keeper.ts";
import { connectBrowser, createBrowserTransport } from "./serverConnection.ts";

/** Database and lock; one account lives in an origin. */
const STORE_NAME = "sotto";

const crypto = createBrowserCryptoProvider();

// Without waiting for anything: what the page posts before somebody listens is lost.
runKeeper({
  // The page has named it so.
  tab: self.name,
  page: {
    post: (message: FromWorker) => postMessage(message),
    listen: (onMessage) => addEventListener("message", ({ data }: MessageEvent<ToWorker>) => onMessage(data)),
  },
  hall: openHall(),
  candidate: createCandidate(navigator.locks, STORE_NAME),
  async takeHome(onLost) {
    const store = await ownHomeStore(STORE_NAME, onLost);
    const home = createHome({
      crypto,
      mls: createMlsEngine(crypto),
      clock: systemClock,
      openStore: () => store.open(),
      hasStore: () => store.has(),
      eraseStore: () => store.erase(),
      transport: (origin) => createBrowserTransport(origin),
      connect: connectBrowser,
    });
    return { term: store.owner, home, close: () => store.close() };
  },
  clock: systemClock,
  random: Math.random,
});
