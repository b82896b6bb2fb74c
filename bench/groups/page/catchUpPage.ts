/** The page beside the worker: it hears of everything, and notes for how long it could do nothing else. */
import { scriptUrl } from "sotto/browser";
import type { CatchUpPage, FromCatchUpWorker } from "../catchUp.ts";
// Vite bundles the worker and gives its address.
// oxlint-disable-next-line import/default
import workerUrl from "./catchUpWorker.ts?worker&url";

const TICK_MS = 4;

const catchUpPage: CatchUpPage = {
  async round(absence) {
    const worker = new Worker(scriptUrl(workerUrl), { type: "module" });
    let longestTaskMs = 0;
    let longestPauseMs = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
    });
    const tookMs = await new Promise<number>((resolve, reject) => {
      let tickMs = 0;
      let ticking: ReturnType<typeof setInterval> | undefined;
      worker.addEventListener("error", () => reject(new Error("the worker has failed")));
      worker.addEventListener("message", ({ data }: MessageEvent<FromCatchUpWorker>) => {
        if (data.type === "ready") {
          // What came before was the making of the data.
          observer.observe({ type: "longtask" });
          tickMs = performance.now();
          ticking = setInterval(() => {
            const nowMs = performance.now();
            longestPauseMs = Math.max(longestPauseMs, nowMs - tickMs);
            tickMs = nowMs;
          }, TICK_MS);
          worker.postMessage("go");
        }
        if (data.type !== "done") return;
        clearInterval(ticking);
        resolve(data.tookMs);
      });
      worker.postMessage(absence);
    });
    observer.disconnect();
    worker.terminate();
    return { tookS: tookMs / 1000, longestTaskMs, longestPauseMs };
  },
};

Object.assign(globalThis, { catchUpPage });
