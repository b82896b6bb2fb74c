/** What became of everything that was written. */
import type { Delivery } from "../support/delivery.ts";
import { compareDelivery } from "../support/delivery.ts";
import { conversationWith, historyOf, textsFrom } from "../support/history.ts";
import { until } from "../support/rpcClient.ts";
import type { Flow } from "./flow.ts";

export interface Accounts {
  readonly messages: number;
  readonly delivery: Delivery;
  /** Messages whose sender does not know at the end that they were delivered. */
  readonly unconfirmed: number;
  /** Of the server and of each person. */
  readonly databases: number;
  readonly soundDatabases: number;
}

/** Waits until the sender knows that all is delivered; the number of messages for which it does not in time. */
export async function settle({ from, to }: Flow, settleMs: number): Promise<number> {
  const client = await from.client();
  const conversation = await conversationWith(client, to.name);
  const unconfirmed = async (): Promise<number> => {
    const history = await historyOf(client, conversation);
    return history.filter(
      ({ from: author, state }) => author === from.name && (state === "sending" || state === "sent"),
    ).length;
  };
  await until(client, "delivery of everything", async () => (await unconfirmed()) === 0, settleMs).catch(
    () => {},
  );
  return unconfirmed();
}

export async function deliveryOf({ from, to, accepted }: Flow): Promise<Delivery> {
  const client = await to.client();
  const history = await historyOf(client, await conversationWith(client, from.name));
  return compareDelivery(accepted, textsFrom(history, from.name));
}

/** By which path the recipient got the messages. */
export async function pathsOf({
  from,
  to,
}: Flow): Promise<{ readonly direct: number; readonly relay: number }> {
  const client = await to.client();
  const history = await historyOf(client, await conversationWith(client, from.name));
  const received = history.filter((message) => message.from === from.name);
  const direct = received.filter(({ path }) => path === "direct").length;
  return { direct, relay: received.length - direct };
}
