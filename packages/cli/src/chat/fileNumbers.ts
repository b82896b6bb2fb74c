/** The numbers by which a chat calls files: each keeps its own until the chat ends. */
import type { TransferId } from "@sotto/protocol";
import type { StoredMessage } from "sotto";
import type { Offer } from "../files/offers.ts";
import { offersOf } from "../files/offers.ts";

export interface FileNumbers {
  /** Its number, given to it now if it has none. */
  readonly numberOf: (transfer: TransferId) => number;
  transferOf(number: number): TransferId | undefined;
  /** Numbers the files of a message. */
  note(message: StoredMessage): void;
  /** As its message says, which has been noted. */
  offerOf(transfer: TransferId): Offer | undefined;
}

export function createFileNumbers(): FileNumbers {
  const transfers: TransferId[] = [];
  const numbers = new Map<TransferId, number>();
  const offers = new Map<TransferId, Offer>();
  const numberOf = (transfer: TransferId): number => {
    const number = numbers.get(transfer) ?? transfers.push(transfer);
    numbers.set(transfer, number);
    return number;
  };
  return {
    numberOf,
    transferOf: (number) => transfers[number - 1],
    note(message) {
      for (const offer of offersOf(message)) {
        numberOf(offer.file.transfer);
        offers.set(offer.file.transfer, offer);
      }
    },
    offerOf: (transfer) => offers.get(transfer),
  };
}
