/**
 * Acknowledgements of one connection, one in the store at a time: those that come meanwhile are covered by the last of them, since each
 * speaks for everything up to its sequence (RLY-11).
 */
import type { AckFrame } from "@sotto/protocol";
import type { Effects, ReadyConnection } from "./connection.ts";

export interface Acks {
  storing: boolean;
  /** What has come while one was being stored. */
  next: Ack | undefined;
}

type Ack = Pick<AckFrame, "sequence" | "storeCounter">;

export function acknowledge(connection: ReadyConnection, ack: Ack, effects: Effects): void {
  const { acks } = connection;
  if (acks.storing) {
    acks.next = {
      sequence: Math.max(ack.sequence, acks.next?.sequence ?? 0),
      storeCounter: Math.max(ack.storeCounter, acks.next?.storeCounter ?? 0),
    };
    return;
  }
  acks.storing = true;
  const { sequence, storeCounter } = ack;
  effects.execute(connection, { type: "ack", sender: connection.sender, sequence, storeCounter }, () => {
    acks.storing = false;
    const { next } = acks;
    acks.next = undefined;
    if (next !== undefined) acknowledge(connection, next, effects);
  });
}
