/** The worker in which a browser's device lives when its tab leads: engine, MLS, OPAQUE and storage. Only plain data leaves it. */
import "./strictParsing.ts";
import { createMlsEngine } from "@sotto/crypto";
import type { LinkMaker } from "../../ports/direct.ts";
import { systemClock } from "../../runtime/clock.ts";
import { createHome } from "../../sdk/home.ts";
import { createCandidate } from "./candidate.ts";
import type { FirstToWorker, FromWorker, ToWorker } from "./channel.ts";
import { createBrowserCryptoProvider } from "./cryptoProvider.ts";
import { openHall } from "./hall.ts";
import { ownHomeStore } from "./homeStore.ts";
import { runKeeper } from "./keeper.ts";
import { portLine } from "./linkMessages.ts";
import { createLinkProxy } from "./linkProxy.ts";
import { createOpfsShelf } from "./opfsShelf.ts";
import { originFolder } from "./originFolder.ts";
import { connectBrowser, createBrowserTransport } from "./serverConnection.ts";
import { eraseSpool } from "./spool.ts";

/** Database, lock and folder of files; one account lives in an origin. */
const STORE_NAME = "sotto";

const crypto = createBrowserCryptoProvider();
/** Told by the page before anything else. */
const links = Promise.withResolvers<LinkMaker | undefined>();

// Without waiting for anything: what the page posts before somebody listens is lost.
runKeeper({
  // The page has named it so.
  tab: self.name,
  page: {
    post: (message: FromWorker) => postMessage(message),
    listen(onMessage) {
      addEventListener("message", ({ data }: MessageEvent<FirstToWorker | ToWorker>) => {
        if (data.type === "first") links.resolve(linksBy(data.links));
        else onMessage(data);
      });
    },
  },
  hall: openHall(),
  candidate: createCandidate(navigator.locks, STORE_NAME),
  async takeHome(onLost) {
    const store = await ownHomeStore(STORE_NAME, onLost);
    const files = originFolder(navigator.storage, STORE_NAME);
    const shelf = createOpfsShelf(files);
    // What an erasure has left that was cut off. Nothing opens it any more, so nothing waits for that either.
    const eraseFiles = async (): Promise<void> => {
      await files.erase().catch(() => {});
      await eraseSpool(navigator.storage).catch(() => {});
    };
    if (!(await store.has())) await eraseFiles();
    const maker = await links.promise;
    const home = createHome({
      ...(maker !== undefined && { links: maker }),
      crypto,
      mls: createMlsEngine(crypto),
      clock: systemClock,
      openStore: () => store.open(),
      hasStore: () => store.has(),
      shelf: async () => shelf,
      async eraseStore() {
        await store.erase();
        await eraseFiles();
      },
      transport: (origin) => createBrowserTransport(origin),
      connect: connectBrowser,
    });
    const close = async (): Promise<void> => {
      await shelf.close();
      await store.close();
    };
    return { term: store.owner, home, close };
  },
  clock: systemClock,
  random: Math.random,
});

function linksBy(port: MessagePort | undefined): LinkMaker | undefined {
  return port && createLinkProxy({ line: portLine(port), takesChannels: "RTCDataChannel" in globalThis });
}
