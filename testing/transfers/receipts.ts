/** What devices of a simulated world tell each other of whole files inside MLS: by a link, or by a relay's mailbox, which keeps it. One that dies forgets what has not got away. */
import type { TransferId } from "@sotto/protocol";
import type { FileWord, PathMode } from "sotto/simulation";
import type { Random } from "../sim/random.ts";
import type { Scheduler } from "../sim/scheduler.ts";
import type { LinkNetwork } from "./link.ts";
import type { Mutant } from "./mutants.ts";
import type { SimRelay } from "./relay.ts";

/** A device, for as long as it lives. */
interface Sayer {
  readonly device: Party;
  readonly isAlive: () => boolean;
}

interface Party {
  readonly name: string;
  readonly mode: PathMode;
  readonly transfers: unknown;
  onReceipt(transfer: TransferId, word: FileWord): void;
}

export interface ReceiptPost {
  say(sayer: Sayer, transfer: TransferId, word: Exclude<FileWord, "told">): void;
}

export interface ReceiptPostOptions {
  readonly scheduler: Pick<Scheduler, "after">;
  readonly random: Random;
  readonly network: LinkNetwork;
  readonly relay: SimRelay;
  readonly mutant: Mutant | undefined;
  readonly otherOf: (device: string) => Party;
}

const RETRY_MS = 1000;

export function createReceiptPost(options: ReceiptPostOptions): ReceiptPost {
  const { scheduler, random, network, relay, mutant, otherOf } = options;
  const soon = (work: () => void): void => scheduler.after(random.between(1, 200), work);

  function say(sayer: Sayer, transfer: TransferId, word: Exclude<FileWord, "told">): void {
    soon(function tryIt() {
      const { device, isAlive } = sayer;
      if (!isAlive()) return;
      const other = otherOf(device.name);
      const isLinked = network.endOf(device.name)?.isSteady === true && other.transfers !== undefined;
      const isRelayed = device.mode !== "direct" && !relay.isAway;
      if (!isRelayed && !(isLinked && device.mode !== "relay")) return scheduler.after(RETRY_MS, tryIt);
      if (mutant !== "no-receipt") deliver(other, transfer, word);
      if (word === "whole") soon(() => isAlive() && device.onReceipt(transfer, "told"));
    });
  }

  /** It waits in the mailbox while the device is away. */
  function deliver(other: Party, transfer: TransferId, word: FileWord): void {
    soon(() => {
      if (other.transfers === undefined) scheduler.after(RETRY_MS, () => deliver(other, transfer, word));
      else other.onReceipt(transfer, word);
    });
  }

  return { say };
}
