/** What applications are told: nothing before it is stored, nothing twice, no gap in silence, no receipt for what did not arrive. */
import type { ConversationId, MessageId } from "@sotto/protocol";
import type { ClientEvent, Effect } from "sotto/simulation";
import { orderKey, TABLE } from "sotto/simulation";
import type { ClientNode } from "./clientNode.ts";
import type { SealedLedger } from "./sealedLedger.ts";
import type { Report } from "./violation.ts";

export interface ShowWatch {
  effect(client: ClientNode, effect: Effect): void;
  handled(client: ClientNode): void;
  /** Events on their way to the application are gone with it. */
  crashed(client: ClientNode): void;
}

type MessageEvent = Extract<ClientEvent, { type: "message" }>["message"];

/** `recipientOf` names the device that a confirmed message must have reached; `undefined` when a planted loss excuses it. */
export function createShowWatch(
  ledger: SealedLedger,
  report: Report,
  recipientOf: (sender: ClientNode, conversation: ConversationId) => ClientNode | undefined,
): ShowWatch {
  const shown = new Map<string, Set<MessageId>>();
  /** Of each stream, per device. */
  const highest = new Map<string, number>();
  /** Conversations in which a gap has become visible during the current event. */
  const gaps = new Set<ConversationId>();
  const noticed = new Set<ConversationId>();

  function shows(client: ClientNode, message: MessageEvent): void {
    const { conversation, order, id, from, mine } = message;
    if (!stored(client, TABLE.history, orderKey(conversation, order)))
      report("message-before-stored", `${client.name} was shown a message that is not on its disk`);
    const known = shown.get(client.name) ?? new Set();
    shown.set(client.name, known);
    if (known.has(id)) report("shown-twice", `${client.name}: ${message.text} from ${from}`);
    known.add(id);
    const places = ledger.placesOf(id);
    // Of a message that was sent again in another stream nobody can say from here by which one it came.
    const isGap = places.filter(({ stream, counter }) => advances(`${client.name} ${stream}`, counter));
    if (!mine && places.length === 1 && isGap.length > 0) gaps.add(conversation);
  }

  /** Whether counters before this one have not arrived. */
  function advances(stream: string, counter: number): boolean {
    const high = highest.get(stream) ?? 0;
    highest.set(stream, Math.max(high, counter));
    return counter > high + 1;
  }

  function confirms(client: ClientNode, conversation: ConversationId, id: MessageId): void {
    const recipient = recipientOf(client, conversation);
    if (recipient === undefined) return;
    const key = `${conversation}/${id}/${client.person.identity.account}`;
    if (!stored(recipient, TABLE.messageId, key))
      report("confirmed-undelivered", `${client.name}: ${recipient.name} does not have the message`);
  }

  return {
    effect(client, effect) {
      if (effect.type !== "emit") return;
      const { event } = effect;
      if (event.type === "message") shows(client, event.message);
      else if (event.type === "state" && (event.state === "delivered" || event.state === "read"))
        confirms(client, event.conversation, event.id);
      else if (event.type === "conversation" && ["gap", "unreadable", "fork"].includes(event.change))
        noticed.add(event.conversation);
    },
    handled(client) {
      for (const conversation of gaps)
        if (!noticed.has(conversation)) report("silent-gap", `${client.name}: messages are missing and nothing was said`);
      gaps.clear();
      noticed.clear();
    },
    crashed() {
      gaps.clear();
      noticed.clear();
    },
  };
}

function stored(client: ClientNode, table: string, key: string): boolean {
  return client.disk.snapshot().tables.get(table)?.has(key) === true;
}
