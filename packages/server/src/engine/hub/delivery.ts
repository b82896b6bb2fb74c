/**
 * Pushing a mailbox in order through a window (RLY-12, RLY-13). `cursor` is the last entry pushed on this connection, `highest` the last
 * one known, or feared, to exist. While both are equal a new entry is pushed as it is told; otherwise entries are read from the store when the window
 * has room, so that a slow reader costs no memory.
 */
import type { MailboxEntry } from "@sotto/protocol";
import type { PackedFrames } from "../../ports/packedFrames.ts";
import { FRAME_SIZE_BYTES, frameSizeAt, measureFrames } from "../../ports/packedFrames.ts";
import type { ReadMailboxValue } from "../../ports/requests.ts";
import { packEntries, stampSequences } from "../frames/entryFrame.ts";
import type { Effects, ReadyConnection } from "./connection.ts";
import { MAX_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_ENTRIES } from "./hubLimits.ts";

type Sequence = MailboxEntry["sequence"];

export interface Delivery {
  cursor: Sequence;
  highest: Sequence;
  reading: boolean;
  /** The highest entry told while a read was on its way, which the read may have missed. */
  toldWhileReading: Sequence;
  /** The socket's send buffer is above its bound. */
  congested: boolean;
  /** Pushed and not acknowledged, in order. */
  readonly inFlight: InFlight[];
  inFlightBytes: number;
}

interface InFlight {
  readonly sequence: Sequence;
  readonly bytes: number;
}

/**
 * A device that connects gets everything after its last ack again: acknowledged entries no longer exist, so it starts from 0. What waits is
 * found out by reading: a notice of an entry that was committed together with the hello comes before anybody knows the connection.
 */
export function createDelivery(): Delivery {
  return {
    cursor: 0,
    highest: Number.MAX_SAFE_INTEGER,
    reading: false,
    toldWhileReading: 0,
    congested: false,
    inFlight: [],
    inFlightBytes: 0,
  };
}

/** New entries were committed, the first with that sequence. */
export function told(
  connection: ReadyConnection,
  first: Sequence,
  frames: PackedFrames,
  effects: Effects,
): void {
  const { delivery } = connection;
  const last = first + measureFrames(frames).entries - 1;
  if (delivery.reading) {
    delivery.toldWhileReading = Math.max(delivery.toldWhileReading, last);
    return;
  }
  if (last <= delivery.highest) return;
  const inOrder = delivery.cursor === delivery.highest;
  delivery.highest = last;
  if (!inOrder) return;
  let sequence = first;
  let end = 0;
  // What the window has no room for is read from the store later.
  while (end < frames.length && hasRoom(delivery)) {
    const bytes = frameSizeAt(frames, end);
    takePlace(delivery, { sequence, bytes });
    sequence += 1;
    end += FRAME_SIZE_BYTES + bytes;
  }
  if (end > 0) push(connection, stampSequences(frames.subarray(0, end), first), effects);
}

/** The device has stored everything up to the sequence. */
export function acknowledged(connection: ReadyConnection, sequence: Sequence, effects: Effects): void {
  const { delivery } = connection;
  for (const entry of takeThrough(delivery.inFlight, sequence)) delivery.inFlightBytes -= entry.bytes;
  pump(connection, effects);
}

export function setCongested(connection: ReadyConnection, congested: boolean, effects: Effects): void {
  connection.delivery.congested = congested;
  pump(connection, effects);
}

/** Reads on from the store if there is something to push and room for it. */
export function pump(connection: ReadyConnection, effects: Effects): void {
  const { delivery, sender } = connection;
  if (delivery.reading || delivery.cursor >= delivery.highest || !hasRoom(delivery)) return;
  delivery.reading = true;
  delivery.toldWhileReading = 0;
  const request = {
    type: "readMailbox",
    sender,
    after: delivery.cursor,
    maxEntries: MAX_IN_FLIGHT_ENTRIES - delivery.inFlight.length,
    maxBytes: MAX_IN_FLIGHT_BYTES - delivery.inFlightBytes,
  } as const;
  effects.execute(connection, request, (result) => {
    delivery.reading = false;
    // A read that failed is tried again at the next tick.
    if (result.ok) pushRead(connection, result.value, effects);
  });
}

function pushRead(connection: ReadyConnection, { entries, more }: ReadMailboxValue, effects: Effects): void {
  const { delivery } = connection;
  for (const { sequence, frame } of entries) takePlace(delivery, { sequence, bytes: frame.length });
  if (entries.length > 0) push(connection, packEntries(entries), effects);
  // Nothing after the last one: entries that were expected have expired, except for those that the read came too early for. Otherwise there is
  // something, though what was told of it was told while reading.
  const known = more ? Math.max(delivery.highest, delivery.cursor + 1) : delivery.cursor;
  delivery.highest = Math.max(known, delivery.toldWhileReading);
  pump(connection, effects);
}

/** An entry is about to be pushed. */
function takePlace(delivery: Delivery, entry: InFlight): void {
  delivery.cursor = entry.sequence;
  delivery.inFlight.push(entry);
  delivery.inFlightBytes += entry.bytes;
}

function push({ id }: ReadyConnection, frames: PackedFrames, effects: Effects): void {
  effects.emit({ type: "sendPacked", connection: id, frames });
}

/** Takes those up to the sequence off the front. */
function takeThrough(inFlight: InFlight[], sequence: Sequence): readonly InFlight[] {
  const left = inFlight.findIndex((entry) => entry.sequence > sequence);
  return inFlight.splice(0, left === -1 ? inFlight.length : left);
}

function hasRoom({ congested, inFlight, inFlightBytes }: Delivery): boolean {
  return !congested && inFlight.length < MAX_IN_FLIGHT_ENTRIES && inFlightBytes < MAX_IN_FLIGHT_BYTES;
}
