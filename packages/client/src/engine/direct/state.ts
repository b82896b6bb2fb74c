/** Direct connections as the engine knows them: one for each conversation at most, gone with the process. */
import type {
  CallId,
  ConversationId,
  DeviceId,
  GroupId,
  LinkCandidate,
  LinkDescription,
  ReceiptBody,
} from "@sotto/protocol";
import type { DirectMessageFrame } from "@sotto/protocol";
import type { LinkVia } from "../../ports/direct.ts";
import type { NoLinkReason } from "../contract.ts";
import type { Core } from "../core.ts";
import { emit } from "../core.ts";

/** A message that went over the link and is not confirmed yet. */
interface Carried {
  readonly counter: number;
  readonly sinceMs: number;
}

/** A receipt that is settled when the other side has taken so many frames. */
interface CarriedReceipt {
  readonly frame: number;
  readonly body: ReceiptBody;
}

export interface DirectLink {
  /** The number by which the runtime knows it. */
  readonly number: number;
  readonly conversation: ConversationId;
  readonly group: GroupId;
  /** The other end. */
  readonly device: DeviceId;
  readonly call: CallId;
  generation: number;
  /** The generation whose offer has been answered; 0: none. */
  answered: number;
  /** The offer that waits to be answered; none when this device has called. */
  readonly offer: LinkDescription | undefined;
  readonly turnOnly: boolean;
  /** preparing: the connection is not begun · connecting: signals go to and fro · open. */
  phase: "preparing" | "connecting" | "open";
  /** Candidates that came before the connection was begun. */
  readonly early: LinkCandidate[];
  via: LinkVia;
  steady: boolean;
  /** When the phase began. */
  sinceMs: number;
  pingedAtMs: number;
  /** Pings since the last frame came. */
  silentPings: number;
  /** Perhaps nobody is at the other end any more; until it answers a ping it is asked more often. */
  isDoubted: boolean;

  /** Message frames sent since the opening, and how many the other side has taken. */
  sent: number;
  taken: number;
  /** Bytes of those that are not taken, in their order. */
  readonly window: number[];
  /** The messages up to this order went over the link in the epoch of this index (DIR-6). */
  carriedThrough: number;
  carriedIndex: number;
  carried: readonly Carried[];
  /** A message was not confirmed in time (DIR-9); until all are, what is new does not rely on the link. */
  overdue: boolean;
  receipts: readonly CarriedReceipt[];

  /** Received and not stored. */
  readonly inbox: DirectMessageFrame[];
  /** Stored since the opening. */
  received: number;
}

/** What came of the last tries to link a conversation. */
export interface LinkTries {
  readonly failures: number;
  readonly sinceMs: number;
  readonly pauseMs: number;
  readonly reason: NoLinkReason | undefined;
}

/** The open link of a conversation, over which messages of its group can go. */
export function openLink(
  { live, state }: Pick<Core, "live" | "state">,
  id: ConversationId,
): DirectLink | undefined {
  const link = live.links.get(id);
  return link?.phase === "open" && link.group === state.conversations.get(id)?.group ? link : undefined;
}

/** Packets go through, and what was sent has been confirmed in time. */
export function isSound({ steady, overdue }: DirectLink): boolean {
  return steady && !overdue;
}

/** Ends the connection without a word; what it has not delivered is still in the outbox. */
export function endLink(core: Core, id: ConversationId): DirectLink | undefined {
  const link = core.live.links.get(id);
  if (link === undefined) return undefined;
  core.live.links.delete(id);
  if (link.phase !== "preparing") core.effect({ type: "link", link: link.number, action: { do: "close" } });
  tellPath(core, id);
  return link;
}

/** The way of the conversation, or what can be said of it, has changed. */
export function tellPath(core: Core, conversation: ConversationId): void {
  emit(core, { type: "conversation", conversation, change: "path" });
}
