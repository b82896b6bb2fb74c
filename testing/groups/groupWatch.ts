/** Rules of the form "never before" in a world of groups, and the records that the end is compared with. */
import { unpadContent } from "@sotto/crypto";
import type { ConversationId, GroupId } from "@sotto/protocol";
import { decodeContent } from "@sotto/protocol";
import type { ClientEvent, MlsCompletion, MlsOperation } from "sotto/simulation";
import { orderKey, TABLE } from "sotto/simulation";
import type { ClientNode } from "../sim/clientNode.ts";
import { createSealedLedger } from "../sim/sealedLedger.ts";
import { createServerWatch } from "../sim/serverWatch.ts";
import type { Violation } from "../sim/violation.ts";
import type { Watch } from "../sim/watch.ts";
import { createWireWatch } from "../sim/wireWatch.ts";
import type { EpochBook } from "./epochBook.ts";
import { createEpochBook } from "./epochBook.ts";

export interface GroupWatch extends Watch {
  readonly book: EpochBook;
  /** What devices were told of the group besides messages. */
  readonly notices: readonly Notice[];
  /** Commits that another was before, at the server. */
  readonly losingCommits: () => number;
  /** How often the process has died. */
  readonly crashes: (client: ClientNode) => number;
}

interface Notice {
  readonly client: ClientNode;
  readonly change: Extract<ClientEvent, { type: "conversation" }>["change"];
}

/** The sides of a pair's watch that no group has: links, ways. */
const NO_LINKS = {
  command() {},
  frame() {},
  happening() {},
  linkOpened() {},
  waysOf: () => new Set<never>(),
  rolledBack() {},
} as const;

export function createGroupWatch(conversation: ConversationId): GroupWatch {
  const violations: Violation[] = [];
  const report = (rule: string, detail: string): void => void violations.push({ rule, detail });
  const ledger = createSealedLedger();
  const wire = createWireWatch(ledger, report);
  const book = createEpochBook(report);
  const notices: Notice[] = [];
  const crashes = new Map<ClientNode, number>();
  const entered = new Map<ClientNode, number>();
  const shown = new Map<ClientNode, Set<string>>();
  const server = createServerWatch(report);
  let losing = 0;
  let group: GroupId | undefined;

  function emits(client: ClientNode, event: ClientEvent): void {
    if (event.type === "conversation" && event.conversation === conversation)
      notices.push({ client, change: event.change });
    if (event.type !== "message" || event.message.conversation !== conversation) return;
    const { id, order, text } = event.message;
    const key = orderKey(conversation, order);
    if (client.disk.read(TABLE.history).get(key) === undefined)
      report("message-before-stored", `${client.name} was shown what is not on its disk`);
    const before = shown.get(client) ?? new Set();
    shown.set(client, before);
    if (before.has(id)) report("shown-twice", `${client.name}: ${text}`);
    before.add(id);
  }

  return {
    ...NO_LINKS,
    violations,
    violation: report,
    server: {
      ...server,
      committed(requests, outcomes) {
        server.committed(requests, outcomes);
        for (const [i, request] of requests.entries()) {
          const result = outcomes[i]?.result;
          if (request.type === "handshake" && result?.ok === false && result.refusal.code === "staleEpoch")
            losing++;
        }
      },
    },
    book,
    notices,
    losingCommits: () => losing,
    crashes: (client) => crashes.get(client) ?? 0,
    effect(client, effect) {
      wire.effect(client, effect);
      if (effect.type === "emit") emits(client, effect.event);
    },
    handled(client) {
      const { engine, mls } = client;
      const record = engine?.state.conversations.get(conversation);
      if (record?.group == null || engine === undefined || mls === undefined) return;
      group = record.group;
      const state = engine.state.groups.get(group);
      if (state === undefined || !state.active || entered.get(client) === state.epoch) return;
      entered.set(client, state.epoch);
      book.enters(client.name, state, mls.epochAuthenticator(state));
    },
    mls(client, operation, completion) {
      ledger.record(client.name, operation, completion);
      if (operation.op === "encrypt" && operation.group.id === group) noteSealed(book, operation, completion);
    },
    stored: (client, writes) => ledger.stored(client.name, writes),
    crashed(client) {
      crashes.set(client, (crashes.get(client) ?? 0) + 1);
      entered.delete(client);
    },
  };
}

function noteSealed(
  book: EpochBook,
  { group, messages }: Extract<MlsOperation, { op: "encrypt" }>,
  { ok }: MlsCompletion,
): void {
  if (!ok) return;
  for (const { plaintext } of messages) {
    const encoded = unpadContent(plaintext);
    const content = encoded && decodeContent(encoded);
    if (content !== undefined && content.counter > 0) book.seals(content.id, group.epoch);
  }
}
