/**
 * A page with connections to other devices, wired as the product's: the page holds them for its worker. Tests call the worker through it by name.
 */
import { createLinkHost } from "../../linkHost.ts";
import type { LinkHost } from "../../linkHost.ts";
import { portLine } from "../../linkMessages.ts";
import { scriptUrl } from "../../scriptUrl.ts";
import type { FromLinkWorker, LinkWorker, Told, ToLinkWorker } from "./linkWorker.ts";
// Vite bundles the worker and gives its address.
// oxlint-disable-next-line import/default
import workerUrl from "./linkWorker.ts?worker&url";

/** All that were ever made here. */
const connections: RTCPeerConnection[] = [];
const told: Told[] = [];
const waiting = new Map<number, (value: unknown) => void>();
let current: { readonly worker: Worker; readonly host: LinkHost } | undefined;
let nextCall = 1;
let busy: ReturnType<typeof setInterval> | undefined;

const linkPage = {
  /** @param movesChannels false: as in a browser that cannot move data channels */
  start(movesChannels: boolean) {
    linkPage.terminate();
    const worker = new Worker(scriptUrl(workerUrl), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<FromLinkWorker>) => {
      if (data.type === "told") told.push(data.told);
      else waiting.get(data.call)?.(data.value);
    });
    const { port1, port2 } = new MessageChannel();
    const first: ToLinkWorker = { type: "first", links: port2, movesChannels };
    worker.postMessage(first, [port2]);
    const host = createLinkHost(portLine(port1), (configuration) => {
      const made = new RTCPeerConnection(configuration);
      connections.push(made);
      return made;
    });
    current = { worker, host };
  },
  /** As the page does with a worker that has failed. */
  terminate() {
    current?.worker.terminate();
    current?.host.close();
  },
  call(name: keyof LinkWorker, ...args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve) => {
      const call = nextCall++;
      waiting.set(call, resolve);
      const message: ToLinkWorker = { type: "call", call, name, args };
      current?.worker.postMessage(message);
    });
  },
  /** What the link's handlers were told since the last time. */
  told: () => told.splice(0),
  /** Connections that are not closed. */
  openConnections: () => connections.filter(({ signalingState }) => signalingState !== "closed").length,
  made: () => connections.length,
  /** Keeps this page's own thread at work, for 50 ms of every 55. */
  setBusy(isBusy: boolean) {
    clearInterval(busy);
    if (!isBusy) return;
    busy = setInterval(() => {
      const until = performance.now() + 50;
      while (performance.now() < until);
    }, 55);
  },
};

Object.assign(globalThis, { linkPage });
