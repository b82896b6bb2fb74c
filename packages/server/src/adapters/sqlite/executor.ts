/**
 * The production executor: requests run in one worker thread that owns the database, many per fsync (DB-5). While a batch is being
 * committed the next one gathers, so a lone request never waits for company and a busy server shares each fsync.
 */
import { Worker } from "node:worker_threads";
import { refused } from "../../ports/result.ts";
import type { StoreId } from "@sotto/protocol";
import type { NoticeListener, RequestExecutor } from "../../ports/requestExecutor.ts";
import type { AnyResult, ResultOf, StoreRequest } from "../../ports/requests.ts";
import type { RuleSettings } from "../../ports/settings.ts";
import type { PackedRequest } from "./packing.ts";
import { packRequest, unpackOutcome } from "./packing.ts";
import { StoreOpenError } from "./storeOpenError.ts";
import type { ToWorker, FromWorker, WorkerData } from "./workerProtocol.ts";

/** Requests and posts that share a commit, a few milliseconds of work: more would make everybody wait for one flooding sender. */
const MAX_BATCH = 1024;

export interface SqliteExecutorOptions {
  /** The database file; made with mode 0600 if there is none. */
  readonly file: string;
  readonly settings: RuleSettings;
  /** The worker's program: `storeWorker.ts` beside main. */
  readonly worker: URL;
  readonly onNotices: NoticeListener;
  /** A rule threw, or the database or its thread failed. Requests were answered with `internal` or `unavailable`; `fatal`: all later ones will be. */
  readonly onError: (message: string, fatal: boolean) => void;
}

export interface SqliteExecutor extends RequestExecutor {
  readonly store: StoreId;
}

interface Waiting {
  readonly request: PackedRequest;
  /** Posts in it, or 1. */
  readonly weight: number;
  readonly resolve: Resolve;
}

type Resolve = (result: AnyResult) => void;

/** Opens the database in its thread. Rejects with {@link StoreOpenError} when it cannot be used. */
export async function openSqliteExecutor(options: SqliteExecutorOptions): Promise<SqliteExecutor> {
  const workerData: WorkerData = { file: options.file, settings: options.settings };
  const worker = new Worker(options.worker, { workerData });
  const store = await opened(worker);
  return run(worker, store, options);
}

function opened(worker: Worker): Promise<StoreId> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: FromWorker): void => {
      if (message.type === "opened") settle(() => resolve(message.store));
      if (message.type === "refused")
        settle(() => reject(new StoreOpenError(message.reason, message.message)));
    };
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`the store's thread ended with ${code}`)));
    // One by one: without its own inner listeners a Worker delivers nothing any more.
    const settle = (done: () => void): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      done();
    };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
  });
}

function run(worker: Worker, store: StoreId, options: SqliteExecutorOptions): SqliteExecutor {
  let gathering: Waiting[] = [];
  let committing: Resolve[] = [];
  let scheduled = false;
  let ended = false;
  let whenIdle: (() => void) | undefined;

  function schedule(): void {
    if (scheduled || ended || committing.length > 0 || gathering.length === 0) return;
    scheduled = true;
    // After this turn of the loop, so that everything that sockets brought in it shares one commit.
    setImmediate(send);
  }

  function send(): void {
    scheduled = false;
    if (ended) return;
    const size = batchSize(gathering);
    const batch = gathering.slice(0, size);
    gathering = gathering.slice(size);
    committing = batch.map(({ resolve }) => resolve);
    post({ type: "batch", requests: batch.map(({ request }) => request) });
  }

  function post(message: ToWorker): void {
    worker.postMessage(message);
  }

  function fail(message: string): void {
    if (ended) return;
    ended = true;
    options.onError(message, true);
    const waiting = [...committing, ...gathering.map(({ resolve }) => resolve)];
    committing = [];
    gathering = [];
    for (const resolve of waiting) resolve(refused("unavailable"));
    whenIdle?.();
  }

  worker.on("message", (message: FromWorker) => {
    if (message.type === "error") options.onError(message.message, false);
    if (message.type !== "outcomes") return;
    const answered = committing;
    committing = [];
    const outcomes = message.outcomes.map(unpackOutcome);
    options.onNotices(outcomes.flatMap(({ notices }) => notices));
    answered.forEach((resolve, i) => resolve(outcomes[i]?.result ?? refused("internal")));
    if (gathering.length > 0) schedule();
    else whenIdle?.();
  });
  worker.on("error", (error) => fail(error instanceof Error ? error.message : "the store's thread failed"));
  worker.on("exit", (code) => fail(`the store's thread ended with ${code}`));

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    if (committing.length + gathering.length > 0) await new Promise<void>((resolve) => (whenIdle = resolve));
    if (ended) return;
    ended = true;
    const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    post({ type: "close" });
    await exited;
  }

  return {
    store,
    execute<R extends StoreRequest>(request: R): Promise<ResultOf<R>> {
      if (ended || closing !== undefined) return Promise.resolve(refused("unavailable"));
      return new Promise<ResultOf<R>>((resolve) => {
        // The worker answers each request with the result of its own type: the one place where that is only known, not checked.
        gathering.push({
          request: packRequest(request),
          weight: request.type === "posts" ? request.posts.length : 1,
          resolve: resolve as Resolve,
        });
        schedule();
      });
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** How many of the waiting requests go into the next commit: at least one, then as long as their posts count within the bound. */
function batchSize(waiting: readonly Waiting[]): number {
  let weight = 0;
  const first = waiting.findIndex((one, i) => {
    weight += one.weight;
    return i > 0 && weight > MAX_BATCH;
  });
  return first === -1 ? waiting.length : first;
}
