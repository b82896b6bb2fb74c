/** What one-shot commands wait for, each with an end: a server that says nothing must not hold them. */
import type { ConversationId, MessageId } from "@sotto/protocol";
import type { ClientEvent, ConnectionProblem, ConnectionState, MessageState, Sotto } from "sotto";
import { isStuck } from "./pathChoice.ts";

const CONNECTION_TIMEOUT_MS = 15_000;
/** What waited at the server follows the connection at once; nothing says that it was all, but this long a silence does. */
const SILENCE_MS = 400;
const NEWS_TIMEOUT_MS = 5000;

export interface Settled {
  readonly state: ConnectionState;
  readonly reason: ConnectionProblem | undefined;
}

/** Waits until the connection stands or the first attempt has failed. */
export async function connectionSettled(
  sotto: Sotto,
  timeoutMs: number = CONNECTION_TIMEOUT_MS,
): Promise<Settled> {
  if (sotto.connection === "online") return { state: "online", reason: undefined };
  const settled = await waitFor(sotto, timeoutMs, (event): Settled | undefined =>
    event.type === "connection" && event.state !== "connecting"
      ? { state: event.state, reason: event.reason }
      : undefined,
  );
  return settled ?? { state: sotto.connection, reason: "timeout" };
}

/** Takes in what waited at the server, such as contact requests and who is online. */
export function newsSettled(sotto: Sotto): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      for (const timer of [silence, limit]) clearTimeout(timer);
      off();
      resolve();
    };
    const silence = setTimeout(end, SILENCE_MS);
    const limit = setTimeout(end, NEWS_TIMEOUT_MS);
    const off = sotto.on(() => silence.refresh());
  });
}

export type Sending = "sent" | "failed" | "waiting";

/** Watches a message from before it is stored, so that no state of it is missed. */
export interface SendingWatch {
  /** Waits until the server or the other device has the message, it failed, or the server is not reached: `waiting`. */
  outcome(id: MessageId, timeoutMs: number): Promise<Sending>;
  /** The same of a message that goes directly alone: `waiting` when there is a reason why it does not. */
  directOutcome(id: MessageId, conversation: ConversationId, timeoutMs: number): Promise<Sending>;
  end(): void;
}

export function watchSending(sotto: Sotto): SendingWatch {
  const states = new Map<MessageId, MessageState>();
  let unreachable = false;
  const off = sotto.on((event) => {
    if (event.type === "state") states.set(event.id, event.state);
    if (event.type === "connection") unreachable = event.state === "offline";
  });
  const outcomeOf = (id: MessageId, hopeless: () => boolean): Sending | undefined => {
    const state = states.get(id) ?? "sending";
    if (state !== "sending") return state === "failed" ? "failed" : "sent";
    return hopeless() ? "waiting" : undefined;
  };
  const outcome = async (id: MessageId, timeoutMs: number, hopeless: () => boolean): Promise<Sending> => {
    const now = (): Sending | undefined => outcomeOf(id, hopeless);
    return now() ?? (await waitFor(sotto, timeoutMs, now)) ?? "waiting";
  };
  return {
    outcome: (id, timeoutMs) => outcome(id, timeoutMs, () => unreachable),
    async directOutcome(id, conversation, timeoutMs) {
      // Whether the other is there is known a little later than the connection.
      if ((await connectionSettled(sotto)).state === "online") await newsSettled(sotto);
      return outcome(id, timeoutMs, () => {
        const now = sotto.conversations.get(conversation);
        return now !== undefined && isStuck(now);
      });
    },
    end: off,
  };
}

/** The first event of which `pick` makes something, or `undefined` when the time is over. */
export function waitFor<T>(
  sotto: Sotto,
  timeoutMs: number,
  pick: (event: ClientEvent) => T | undefined,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const end = (value: T | undefined): void => {
      clearTimeout(timer);
      off();
      resolve(value);
    };
    const timer = setTimeout(end, timeoutMs, undefined);
    const off = sotto.on((event) => {
      const value = pick(event);
      if (value !== undefined) end(value);
    });
  });
}
