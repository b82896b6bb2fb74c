/**
 * Order, dedupe and gaps of received contents (MSG-2 to MSG-5): each sender numbers its contents from 1 within a stream and names the hash of
 * the one before. The receiver keeps a high-water mark and the counters missing below it, no growing set.
 */
import type { AccountId, DeviceId, MessageId, StreamId } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import type { StreamRecord } from "./records/conversation.ts";

/** More missing counters than this are given up as lost: the sender is broken or hostile. */
export const MAX_MISSING = 1000;
/** Receipts follow within seconds, so there are rarely more than a few without one. */
const MAX_RECENT = 1000;
/** A device begins one when it comes into a group, and when the contact's devices have changed. */
const MAX_STREAMS_OF_DEVICE = 16;
/** More than twice a full group's, with those of devices that have gone. */
const MAX_STREAMS = 1000;
/** Messages remembered although a receipt for them is out: a relay may have dropped it. */
const KEPT_RECENT = 32;

export interface Arrival {
  readonly stream: StreamId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly counter: number;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
  /** Contents of the stream that are not for whoever does not know it (MSG-9). */
  readonly base: number;
}

/**
 * next: in order · late: fills a gap · duplicate: seen before · ahead: counters in between are missing · foreign: the stream belongs to another
 * sender · broken: in order by number, but its predecessor is not what came before, or it is one that its own base leaves out.
 */
export type ArrivalKind = "next" | "late" | "duplicate" | "ahead" | "foreign" | "broken";

const ZERO_HASH = new Uint8Array(32);

/** Judges an arrival and returns the stream's next record; unchanged for `duplicate` and `foreign`. */
export function judgeArrival(
  known: StreamRecord | undefined,
  arrival: Arrival,
): { kind: ArrivalKind; stream: StreamRecord } {
  if (known !== undefined && (known.account !== arrival.account || known.device !== arrival.device))
    return { kind: "foreign", stream: known };
  if (known === undefined || isUnheard(known)) return judgeFirst(known, arrival);
  if (arrival.counter > known.high)
    return advance(known, arrival, bytesEqual(arrival.previousHash, known.lastHash));
  if (!known.missing.includes(arrival.counter)) return { kind: "duplicate", stream: known };
  const missing = known.missing.filter((counter) => counter !== arrival.counter);
  return { kind: "late", stream: { ...known, missing } };
}

/** MSG-9: nothing that is counted in the stream has come before. Of two bases that its sender has named the lower one holds. */
function judgeFirst(
  known: StreamRecord | undefined,
  arrival: Arrival,
): { kind: ArrivalKind; stream: StreamRecord } {
  const base = Math.min(arrival.base, known?.high ?? arrival.base);
  const isLeftOut = base >= arrival.counter;
  const stream = openStream(arrival, isLeftOut ? arrival.counter - 1 : base);
  // Of what was before a joiner's time it has no hash.
  const follows = base > 0 || bytesEqual(arrival.previousHash, ZERO_HASH);
  const recent = known?.recent ?? [];
  return advance({ ...stream, recent }, arrival, follows && !isLeftOut);
}

function advance(
  stream: StreamRecord,
  arrival: Arrival,
  follows: boolean,
): { kind: ArrivalKind; stream: StreamRecord } {
  const advanced = { ...stream, high: arrival.counter, lastHash: arrival.hash };
  if (arrival.counter === stream.high + 1) return { kind: follows ? "next" : "broken", stream: advanced };
  const first = Math.max(stream.high + 1, arrival.counter - MAX_MISSING);
  const skipped = Array.from({ length: arrival.counter - first }, (_, i) => first + i);
  return {
    kind: "ahead",
    stream: { ...advanced, missing: [...stream.missing, ...skipped].slice(-MAX_MISSING) },
  };
}

/** Remembers a message that has arrived, at least until a receipt for it is out, if one is to come. */
export function withRecent(
  stream: StreamRecord,
  counter: number,
  id: MessageId,
  hasReceipts = true,
): StreamRecord {
  const kept = stream.recent.slice(1 - (hasReceipts ? MAX_RECENT : KEPT_RECENT));
  const place = kept.findLastIndex((text) => text.counter < counter) + 1;
  kept.splice(place, 0, { counter, id });
  return { ...stream, recent: kept };
}

/** A receipt that said this is on its way. */
export function withReceipted(stream: StreamRecord, delivered: number, read: number): StreamRecord {
  const receiptedDelivered = Math.max(stream.receiptedDelivered, delivered);
  return {
    ...stream,
    receiptedDelivered,
    receiptedRead: Math.max(stream.receiptedRead, read),
    recent: stream.recent.filter(
      ({ counter }, i, texts) => counter > receiptedDelivered || i >= texts.length - KEPT_RECENT,
    ),
  };
}

/**
 * The streams with the next record of one of them. A sender that begins ever new ones gets no more than so many remembered, those that it began last.
 */
export function withStream(streams: readonly StreamRecord[], next: StreamRecord): readonly StreamRecord[] {
  const others = streams.filter(({ stream }) => stream !== next.stream);
  const ofDevice = others.filter(({ device }) => device === next.device);
  const oldest = ofDevice.length < MAX_STREAMS_OF_DEVICE ? undefined : ofDevice[0];
  const kept = oldest === undefined ? others : others.filter((record) => record !== oldest);
  return [...kept.slice(1 - MAX_STREAMS), next];
}

/** The sender says that nothing will come for these counters. */
export function skipCounters(stream: StreamRecord, counters: readonly number[]): StreamRecord {
  return { ...stream, missing: stream.missing.filter((counter) => !counters.includes(counter)) };
}

/** Everything up to here has arrived: what a receipt says. */
export function deliveredUpTo(stream: StreamRecord): number {
  const gap = stream.missing[0];
  return gap === undefined ? stream.high : gap - 1;
}

/** The stream of somebody of whom nothing but receipts and signals has come: what is counted in it begins behind the base. */
export function noteStream({
  base,
  ...sender
}: Pick<Arrival, "stream" | "account" | "device" | "base">): StreamRecord {
  return openStream(sender, base);
}

/**
 * The streams of a group that this device was out of for a while: where they are now it learns as a joiner does. Messages that it has had before are
 * known again.
 */
export function reopened(streams: readonly StreamRecord[]): readonly StreamRecord[] {
  return streams.map((stream) => ({ ...openStream(stream, Number.MAX_SAFE_INTEGER), recent: stream.recent }));
}

function isUnheard({ lastHash }: StreamRecord): boolean {
  return bytesEqual(lastHash, ZERO_HASH);
}

/** What came before is not for this device: it is neither missing nor unread, and nothing is to be said of it. */
function openStream(
  { stream, account, device }: Pick<Arrival, "stream" | "account" | "device">,
  base: number,
): StreamRecord {
  return {
    stream,
    account,
    device,
    high: base,
    lastHash: ZERO_HASH,
    missing: [],
    read: base,
    receiptedDelivered: base,
    receiptedRead: base,
    recent: [],
  };
}
