/**
 * Rules of the form "never before": watched from outside while the effects of engines and server are carried out. What must hold in the end
 * is in invariants.ts.
 */
import type { ConversationId } from "@sotto/protocol";
import type { Effect, MlsCompletion, MlsOperation, StoreWrite } from "sotto/simulation";
import type { ClientNode } from "./clientNode.ts";
import { createSealedLedger } from "./sealedLedger.ts";
import type { ServerWatch } from "./serverWatch.ts";
import { createServerWatch } from "./serverWatch.ts";
import { createShowWatch } from "./showWatch.ts";
import type { Report, Violation } from "./violation.ts";
import { createWireWatch } from "./wireWatch.ts";

export interface Watch {
  readonly violations: readonly Violation[];
  readonly violation: Report;
  readonly server: ServerWatch;
  /** Before the effect is carried out. */
  effect(client: ClientNode, effect: Effect): void;
  /** All effects of one event are carried out. */
  handled(client: ClientNode): void;
  mls(client: ClientNode, operation: MlsOperation, completion: MlsCompletion): void;
  stored(client: ClientNode, writes: readonly StoreWrite[]): void;
  crashed(client: ClientNode): void;
  rolledBack(client: ClientNode): void;
}

/** `recipientOf`: see {@link createShowWatch}. */
export function createWatch(
  recipientOf: (sender: ClientNode, conversation: ConversationId) => ClientNode | undefined,
): Watch {
  const violations: Violation[] = [];
  const report: Report = (rule, detail) => void violations.push({ rule, detail });
  const ledger = createSealedLedger();
  const wire = createWireWatch(ledger, report);
  const show = createShowWatch(ledger, report, recipientOf);
  return {
    violations,
    violation: report,
    server: createServerWatch(report),
    effect(client, effect) {
      wire.effect(client, effect);
      show.effect(client, effect);
    },
    handled: show.handled,
    mls: (client, operation, completion) => ledger.record(client.name, operation, completion),
    stored(client, writes) {
      ledger.stored(client.name, writes);
      show.stored(client, writes);
    },
    crashed: show.crashed,
    rolledBack: wire.rolledBack,
  };
}
