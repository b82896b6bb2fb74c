/** What applications are told: nothing before it is stored, nothing twice, no gap in silence, no receipt for what did not arrive. */
import type { Content, ConversationId, MessageId, StreamId } from "@sotto/protocol";
import type { ClientEvent, Effect, StoreWrite } from "sotto/simulation";
import { decodeHistory, orderKey, TABLE } from "sotto/simulation";
import type { ClientNode } from "./clientNode.ts";
import type { SealedLedger } from "./sealedLedger.ts";
import type { Report } from "./violation.ts";

export interface ShowWatch {
  effect(client: ClientNode, effect: Effect): void;
  stored(client: ClientNode, writes: readonly StoreWrite[]): void;
  /** All effects of one event are carried out. */
  readonly handled: (client: ClientNode) => void;
  /** Events on their way to the application are gone with it. */
  readonly crashed: (client: ClientNode) => void;
}

type MessageEvent = Extract<ClientEvent, { type: "message" }>["message"];

/** What one device has stored and shown. */
interface Seen {
  readonly stored: Set<MessageId>;
  readonly shown: Set<MessageId>;
  /** By stream: up to here everything is stored, or its absence has been said. */
  readonly told: Map<StreamId, number>;
}

/** `recipientOf` names the device that a confirmed message must have reached; `undefined` when a planted loss excuses it. */
export function createShowWatch(
  ledger: SealedLedger,
  report: Report,
  recipientOf: (sender: ClientNode, conversation: ConversationId) => ClientNode | undefined,
): ShowWatch {
  const seen = new Map<string, Seen>();
  /** Conversations in which a gap has become visible during the current event, and those in which something was said. */
  const gaps = new Set<ConversationId>();
  const noticed = new Set<ConversationId>();

  function seenBy({ name }: ClientNode): Seen {
    const known = seen.get(name) ?? { stored: new Set(), shown: new Set(), told: new Map() };
    seen.set(name, known);
    return known;
  }

  function shows(client: ClientNode, message: MessageEvent): void {
    const { conversation, order, id, from, mine } = message;
    if (!isStored(client, TABLE.history, orderKey(conversation, order)))
      report("message-before-stored", `${client.name} was shown a message that is not on its disk`);
    const isRequest = client.engine?.state.conversations.get(conversation)?.state === "pending";
    if (!mine && isRequest && message.files.length > 0)
      report("files-in-request", `${client.name}: ${message.text} from ${from}`);
    const { shown } = seenBy(client);
    if (shown.has(id)) report("shown-twice", `${client.name}: ${message.text} from ${from}`);
    shown.add(id);
    const [place, ...others] = ledger.placesOf(id);
    // Of a message that was sent again in another stream nobody can say from here by which one it came.
    if (!mine && place !== undefined && others.length === 0 && showsGap(client, place))
      gaps.add(conversation);
  }

  /** Something before this place of its stream is neither stored nor has its absence been said. */
  function showsGap(client: ClientNode, { stream, counter }: Content): boolean {
    const { stored, told } = seenBy(client);
    let gap = false;
    for (let earlier = (told.get(stream) ?? 0) + 1; earlier < counter; earlier++) {
      const id = ledger.messageAt(stream, earlier);
      gap ||= id === undefined || !stored.has(id);
    }
    told.set(stream, Math.max(told.get(stream) ?? 0, counter));
    return gap;
  }

  function confirms(client: ClientNode, conversation: ConversationId, id: MessageId): void {
    const recipient = recipientOf(client, conversation);
    if (recipient === undefined) return;
    const key = `${conversation}/${id}/${client.person.identity.account}`;
    if (!isStored(recipient, TABLE.messageId, key))
      report("confirmed-undelivered", `${client.name}: ${recipient.name} does not have the message`);
  }

  return {
    effect(client, effect) {
      if (effect.type !== "emit") return;
      const { event } = effect;
      if (event.type === "message") shows(client, event.message);
      else if (event.type === "state" && (event.state === "delivered" || event.state === "read"))
        confirms(client, event.conversation, event.id);
      else if (event.type === "conversation" && ["gap", "unreadable", "fork"].includes(event.change)) {
        noticed.add(event.conversation);
        // Where nobody cheats nothing is missing, whichever ways messages took.
        if (event.change === "gap" && recipientOf(client, event.conversation) !== undefined)
          report("gap-shown", `${client.name} was told that messages are missing`);
      }
    },
    stored(client, writes) {
      for (const write of writes) {
        const record = "put" in write && write.put === TABLE.history ? decodeHistory(write.value) : undefined;
        if (record !== undefined) seenBy(client).stored.add(record.id);
      }
    },
    handled(client) {
      for (const conversation of gaps)
        if (!noticed.has(conversation))
          report("silent-gap", `${client.name}: messages are missing and nothing was said`);
      gaps.clear();
      noticed.clear();
    },
    crashed() {
      gaps.clear();
      noticed.clear();
    },
  };
}

function isStored(client: ClientNode, table: string, key: string): boolean {
  return client.disk.snapshot().tables.get(table)?.has(key) === true;
}
