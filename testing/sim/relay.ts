/**
 * A relay that cheats one device: replays, holds back, drops, and mislabels mailbox entries. It numbers the device's mailbox anew, eight
 * numbers to each real one, so that there is room for what it puts in.
 */
import type { GroupId, MailboxEntry, MessageEntry } from "@sotto/protocol";
import { decodeClientFrame, decodeServerFrame, encodeClientFrame, encodeServerFrame } from "@sotto/protocol";
import type { Relay } from "./link.ts";
import type { Random } from "./random.ts";

export const TRICKS = ["replay", "reorder", "drop", "swap"] as const;
export type Trick = (typeof TRICKS)[number];

export interface CheatingRelay extends Relay {
  /** Plays the trick on one of the next entries. */
  play(trick: Trick): void;
  /** Plays no more tricks. */
  behave(): void;
}

const ROOM = 8;

export function createCheatingRelay(random: Random): CheatingRelay {
  const planned: Trick[] = [];
  /** Entries already passed on, for replays. */
  const past: MailboxEntry[] = [];
  let held: MailboxEntry | undefined;
  let lastGroup: GroupId | undefined;
  let base = 0;
  let used = 0;

  function numbered(entry: MailboxEntry): Uint8Array {
    return encodeServerFrame({ ...entry, sequence: base * ROOM + used++ });
  }

  function pass(entry: MailboxEntry): readonly Uint8Array[] {
    base = entry.sequence;
    used = 0;
    const out: Uint8Array[] = [];
    const trick = planned[0];
    if (held !== undefined) {
      out.push(numbered(entry), numbered(held));
      held = undefined;
    } else if (trick === "drop" || (trick === "reorder" && entry.type !== "welcome")) {
      planned.shift();
      if (trick === "reorder") held = entry;
    } else if (
      trick === "swap" &&
      entry.type === "message" &&
      lastGroup !== undefined &&
      lastGroup !== entry.group
    ) {
      planned.shift();
      out.push(numbered({ ...(entry satisfies MessageEntry), group: lastGroup }));
    } else {
      out.push(numbered(entry));
      if (trick === "replay" && past.length > 0) {
        planned.shift();
        out.push(numbered(random.pick(past)), numbered(entry));
      }
    }
    past.push(entry);
    lastGroup = entry.group;
    return out;
  }

  return {
    toClient(bytes) {
      const frame = decodeServerFrame(bytes);
      switch (frame?.type) {
        case "ready":
          held = undefined;
          return [encodeServerFrame({ ...frame, highSequence: frame.highSequence * ROOM })];
        case "message":
        case "handshake":
        case "welcome":
        case "departed":
        case "missed":
          return pass(frame);
        default:
          return [bytes];
      }
    },
    toServer(bytes) {
      const frame = decodeClientFrame(bytes);
      if (frame?.type !== "ack") return bytes;
      return encodeClientFrame({ ...frame, sequence: Math.floor(frame.sequence / ROOM) });
    },
    play: (trick) => void planned.push(trick),
    behave() {
      planned.length = 0;
    },
  };
}
