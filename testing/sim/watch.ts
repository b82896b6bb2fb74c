/**
 * Rules of the form "never before": watched from outside while the effects of engines and server are carried out. What must hold in the end
 * is in invariants.ts.
 */
import type { ConversationId, MessageId } from "@sotto/protocol";
import type {
  Command,
  Effect,
  LinkHappening,
  MlsCompletion,
  MlsOperation,
  StoreWrite,
} from "sotto/simulation";
import type { ClientNode } from "./clientNode.ts";
import { createLinkWatch } from "./linkWatch.ts";
import type { Way } from "./pathWatch.ts";
import { createPathWatch } from "./pathWatch.ts";
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
  command(client: ClientNode, number: number, request: Command): void;
  /** Of the server, before the engine has it. */
  frame(client: ClientNode, frame: Uint8Array): void;
  /** Before the engine has it. */
  happening(client: ClientNode, link: number, happening: LinkHappening): void;
  /** A device has been told that its link to another one is open, and has not ended it. */
  readonly linkOpened: (device: string, other: string) => void;
  /** The ways that an own message was sent. */
  readonly waysOf: (client: ClientNode, message: MessageId) => ReadonlySet<Way>;
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
  const link = createLinkWatch(ledger, report);
  const path = createPathWatch(ledger, report);
  return {
    violations,
    violation: report,
    server: createServerWatch(report),
    command: path.command,
    frame: path.frame,
    happening(client, number, happening) {
      link.happening(client, number, happening);
      path.happening(client, happening);
    },
    linkOpened: link.opened,
    waysOf: path.waysOf,
    effect(client, effect) {
      wire.effect(client, effect);
      show.effect(client, effect);
      link.effect(client, effect);
      path.effect(client, effect);
    },
    handled: show.handled,
    mls(client, operation, completion) {
      ledger.record(client.name, operation, completion);
      path.operation(client, operation);
    },
    stored(client, writes) {
      ledger.stored(client.name, writes);
      show.stored(client, writes);
    },
    crashed(client) {
      show.crashed(client);
      link.crashed(client);
      path.crashed(client);
    },
    rolledBack: wire.rolledBack,
  };
}
