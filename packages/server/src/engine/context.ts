/** What rules are given beside the transaction and the request. */
import type { RuleCrypto } from "../ports/crypto.ts";
import type { Notice } from "../ports/notices.ts";
import type { RuleSettings } from "../ports/settings.ts";
import type { RuleLimits } from "./ruleLimits.ts";

export interface RuleContext {
  /** Wall clock: compared with stored times. */
  readonly nowMs: number;
  readonly crypto: RuleCrypto;
  readonly settings: RuleSettings;
  readonly limits: RuleLimits;
  /** Tells connections what a request did; dropped if the request is refused. */
  readonly notify: (notice: Notice) => void;
}
