/** What the page of ends offers to the bench outside. */
import type { EngineBurst } from "../message/engineAlone.ts";
import type { Order } from "./orders.ts";

export interface EndsPage {
  /** Registers the account with the server that the page came from. */
  startDevice(userName: string): Promise<void>;
  startBare(switchboard: string): Promise<void>;
  startEngine(suite: 1 | 83, batches: { readonly send: number; readonly receive: number }): Promise<void>;
  burst(count: number, sizeBytes: number): Promise<EngineBurst | undefined>;
  obey(order: Order): Promise<void>;
}
