/** What the hub knows of a connection. Mutable: owned by the hub, never handed out. */
import type { AccountId, DeviceId, GroupId, MailboxId } from "@sotto/protocol";
import type { ConnectionId, HubEffect } from "../../ports/hub.ts";
import type { PairNotice } from "../../ports/notices.ts";
import type { FrameSender, ResultOf, SessionKey, StoreRequest } from "../../ports/requests.ts";
import type { Acks } from "./acks.ts";
import type { Delivery } from "./delivery.ts";
import type { Lane } from "./lanes.ts";

/** Before `ready`: a socket that has not said hello, or whose hello is being judged. */
export interface NewConnection {
  readonly stage: "new";
  readonly id: ConnectionId;
  greeting: boolean;
  readonly openedMs: number;
  /** Told of mailboxes that nobody is known to hold, while the hello is being judged: one of them may be this one's. */
  readonly missedPairs: PairNotice[];
}

export interface ReadyConnection {
  readonly stage: "ready";
  readonly id: ConnectionId;
  readonly session: SessionKey;
  readonly sender: FrameSender;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly mailbox: MailboxId;
  /** Accepted pairs that this mailbox is in, and whose presence it sees there. */
  readonly pairs: Map<GroupId, AccountId>;
  readonly delivery: Delivery;
  readonly lanes: Map<GroupId, Lane>;
  /** Groups whose lanes were given frames since they were last advanced. */
  readonly waitingLanes: Set<GroupId>;
  readonly acks: Acks;
  /** Frames that were taken and not yet answered. */
  unanswered: { frames: number; bytes: number };
  /** The device wishes not to be seen online. */
  hidden: boolean;
  /** How often it has changed that since. */
  readonly presenceChanges: { count: number; sinceMs: number };
  heardMs: number;
}

export type Connection = NewConnection | ReadyConnection;

/** What the parts of the hub do to the world. */
export interface Effects {
  emit(effect: HubEffect): void;
  /** Runs `done` with the result, unless the connection has gone meanwhile. */
  execute<R extends StoreRequest>(
    connection: Connection,
    request: R,
    done: (result: ResultOf<R>) => void,
  ): void;
}
