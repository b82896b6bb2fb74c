/** Retention (RLY-18): the server forgets entries that nobody fetched, files past their time (BLB-6) and sessions that nobody uses. */
import type { RequestValues } from "../ports/requests.ts";
import type { Accepted } from "../ports/result.ts";
import { accepted } from "../ports/result.ts";
import type { StoreTx } from "../ports/store.ts";
import { idleSince } from "./authorise.ts";
import { removeBlobs } from "./blobs/removal.ts";
import type { RuleContext } from "./context.ts";

const DAY_MS = 24 * 3_600_000;
/** Deleted in one request, so that no batch is held up for long. */
const SWEEP_LIMIT = 1000;

export function sweep(tx: StoreTx, context: RuleContext): Accepted<RequestValues["sweep"]> {
  const entries = tx.deleteEntriesBefore(
    context.nowMs - context.settings.retentionDays * DAY_MS,
    SWEEP_LIMIT,
  );
  const sessions = tx.deleteSessionsSeenBefore(idleSince(context), SWEEP_LIMIT);
  const blobs = tx.blobsExpiredAt(context.nowMs, SWEEP_LIMIT);
  removeBlobs(tx, blobs, context);
  const more = entries >= SWEEP_LIMIT || sessions === SWEEP_LIMIT || blobs.length === SWEEP_LIMIT;
  return accepted({ deleted: entries + sessions + blobs.length, more });
}
