/** What a failing local store means to the application. */
import type { SottoErrorCode } from "../api.ts";
import { SottoError } from "../api.ts";
import { DamagedRecordError } from "../engine/index.ts";
import type { StoreProblem } from "../ports/store.ts";
import { StoreError } from "../ports/store.ts";
import { sottoError } from "./messages.ts";

const CODES = {
  locked: "storeLocked",
  damaged: "storeDamaged",
  newer: "storeNewer",
  wrongKey: "storeWrongKey",
  missing: "storeMissing",
  full: "storeFailed",
  failed: "storeFailed",
} as const satisfies Record<StoreProblem, SottoErrorCode>;

/** A {@link SottoError} as it is; store problems with the adapter's own sentence, which names the place; anything else is `internal`. */
export function asSottoError(error: unknown): SottoError {
  if (error instanceof SottoError) return error;
  if (error instanceof StoreError)
    return new SottoError(CODES[error.problem], error.message, { cause: error });
  if (error instanceof DamagedRecordError) return sottoError("storeDamaged", error.message, error);
  return sottoError("internal", undefined, error);
}
