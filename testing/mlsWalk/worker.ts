/** Walks its share and tells each result. */
import { parentPort, workerData } from "node:worker_threads";
import type { WalkOptions } from "./walk.ts";
import { walk } from "./walk.ts";

for (const options of workerData as readonly WalkOptions[]) parentPort?.postMessage(await walk(options));
