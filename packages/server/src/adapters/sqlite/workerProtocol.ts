/** Messages between the executor and the thread that owns the database. */
import type { StoreId } from "@sotto/protocol";
import type { RuleSettings } from "../../ports/settings.ts";
import type { PackedOutcome, PackedRequest } from "./packing.ts";
import type { StoreOpenReason } from "./storeOpenError.ts";

export interface WorkerData {
  readonly file: string;
  readonly settings: RuleSettings;
}

export type ToWorker =
  | { readonly type: "batch"; readonly requests: readonly PackedRequest[] }
  /** The thread releases the database and ends. */
  | { readonly type: "close" };

export type FromWorker =
  | { readonly type: "opened"; readonly store: StoreId }
  | { readonly type: "refused"; readonly reason: StoreOpenReason; readonly message: string }
  /** One outcome per request of the batch, in order; committed and synced. */
  | { readonly type: "outcomes"; readonly outcomes: readonly PackedOutcome[] }
  | { readonly type: "error"; readonly message: string };
