/** The way to the store in a simulated server process: requests gather, one durable transaction takes them all, then they are answered. */
import { createRuleLimits, executeBatch } from "@sotto/server/engine";
import type {
  AnyResult,
  MemoryStore,
  Outcome,
  RuleCrypto,
  RuleSettings,
  StoreRequest,
} from "@sotto/server/simulation";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

export type Settle = (result: AnyResult) => void;

export interface Door {
  execute(request: StoreRequest, settle: Settle): void;
}

export interface DoorOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly crypto: RuleCrypto;
  readonly store: MemoryStore;
  readonly settings: RuleSettings;
  readonly wallMs: () => number;
  /** One step of the process: false when it dies here. */
  readonly step: () => boolean;
  /** The requests are on disk. */
  readonly onCommitted: (requests: readonly StoreRequest[], outcomes: readonly Outcome[]) => void;
  readonly onNotices: (notices: Outcome["notices"]) => void;
  /** A rule threw. A commit that was told to fail is not reported. */
  readonly onBug: (error: unknown) => void;
}

/** Thrown by a store whose disk is full. */
export class DiskFull extends Error {
  override readonly name = "DiskFull";
}

interface Waiting {
  readonly request: StoreRequest;
  readonly settle: Settle;
}

export function createDoor(options: DoorOptions): Door {
  const { scheduler, random, store, settings, step } = options;
  const limits = createRuleLimits(settings);
  let gathered: Waiting[] = [];
  let failed = false;
  let answeredByMs = 0;

  function commit(): void {
    const batch = gathered;
    gathered = [];
    if (!step()) return;
    failed = false;
    const requests = batch.map(({ request }) => request);
    const outcomes = executeBatch(store, requests, {
      nowMs: options.wallMs(),
      crypto: options.crypto,
      settings,
      limits,
      report(error) {
        if (error instanceof DiskFull) failed = true;
        else options.onBug(error);
      },
    });
    if (!failed) options.onCommitted(requests, outcomes);
    // Batches are answered in the order of their commits.
    answeredByMs = Math.max(answeredByMs, scheduler.nowMs() + random.between(0, 2));
    scheduler.after(answeredByMs - scheduler.nowMs(), () => answer(batch, outcomes));
  }

  function answer(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
    if (!step()) return;
    options.onNotices(outcomes.flatMap(({ notices }) => notices));
    for (const [i, { settle }] of batch.entries()) {
      if (!step()) return;
      settle((outcomes[i] as Outcome).result);
    }
  }

  return {
    execute(request, settle) {
      gathered.push({ request, settle });
      if (gathered.length === 1) scheduler.after(random.between(1, 4), commit);
    },
  };
}
