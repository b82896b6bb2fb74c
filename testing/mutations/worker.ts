/** Runs its shares and tells each tally. */
import { parentPort, workerData } from "node:worker_threads";
import type { Share } from "./runShare.ts";
import { runShare } from "./runShare.ts";

for (const share of workerData as readonly Share[]) parentPort?.postMessage(await runShare(share));
