/** The worker thread's side of the executor: owns the database and runs one batch per message. */
import { parentPort, workerData } from "node:worker_threads";
import type { Outcome } from "../../ports/requestExecutor.ts";
import type { StoreRequest } from "../../ports/requests.ts";
import type { RuleSettings } from "../../ports/settings.ts";
import type { Store } from "../../ports/store.ts";
import { packOutcome, unpackRequest } from "./packing.ts";
import { openSqliteStore } from "./sqliteStore.ts";
import { StoreOpenError } from "./storeOpenError.ts";
import type { FromWorker, ToWorker, WorkerData } from "./workerProtocol.ts";

/** Runs the requests over the store; `report` is told of failures, for the log. */
export type RunBatch = (
  store: Store,
  requests: readonly StoreRequest[],
  report: (error: unknown) => void,
) => readonly Outcome[];

/** Serves the executor that started this thread until it says close. `prepare` is given the settings once. */
export function hostStore(prepare: (settings: RuleSettings) => RunBatch): void {
  const port = parentPort;
  if (port === null) throw new Error("this program runs in a worker thread");
  const { file, settings } = workerData as WorkerData;
  const post = (message: FromWorker): void => port.postMessage(message);
  const report = (error: unknown): void =>
    post({ type: "error", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });

  const opened = open(file);
  if (opened instanceof StoreOpenError) {
    post({ type: "refused", reason: opened.reason, message: opened.message });
    return;
  }
  const runBatch = prepare(settings);
  port.on("message", (message: ToWorker) => {
    if (message.type === "batch") {
      const outcomes = runBatch(opened, message.requests.map(unpackRequest), report);
      post({ type: "outcomes", outcomes: outcomes.map(packOutcome) });
    } else {
      opened.close();
      port.close();
    }
  });
  post({ type: "opened", store: opened.storeId });
}

function open(file: string): ReturnType<typeof openSqliteStore> | StoreOpenError {
  try {
    return openSqliteStore(file);
  } catch (error) {
    if (error instanceof StoreOpenError) return error;
    throw error;
  }
}
