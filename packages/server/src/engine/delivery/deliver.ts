/** Storing entries and telling the connections of the mailboxes that got them. */
import { MAX_FRAME_BYTES } from "@sotto/protocol";
import type { MailboxId } from "@sotto/protocol";
import type { DeviceRecord, EntryBody, Usage } from "../../ports/records.ts";
import { usageOfBody } from "../../ports/records.ts";
import type { StoreTx } from "../../ports/store.ts";
import type { RuleContext } from "../context.ts";

/** An application message must fit the frame that delivers it: 32 bytes of header and at most 15 of CBOR around it. */
export const MAX_CIPHERTEXT_BYTES: number = MAX_FRAME_BYTES - 64;

const NOTHING: Usage = { entries: 0, bytes: 0 };

export function deliver(tx: StoreTx, context: RuleContext, body: EntryBody, to: readonly MailboxId[]): void {
  if (to.length === 0) return;
  const firsts = tx.deliver(body, to, context.nowMs);
  context.notify({
    type: "delivered",
    frames: body.frames,
    to: to.map((mailbox, i) => ({ mailbox, first: firsts[i] as number })),
  });
}

/**
 * RLY-15: false when what is `added` would exceed the mailbox's quota. Handshakes may use as much again (`share` 2), so that
 * members can still remove a device whose mailbox is full; what tells of entries that were left out as much once more (3).
 */
export function hasRoom(
  waiting: Usage,
  added: Usage,
  { settings }: RuleContext,
  share: 1 | 2 | 3 = 1,
): boolean {
  return (
    waiting.entries + added.entries <= share * settings.mailboxMaxEntries &&
    waiting.bytes + added.bytes <= share * settings.mailboxMaxBytes
  );
}

/** What the bodies add to a mailbox that gets them all. */
export function usageOf(...bodies: readonly EntryBody[]): Usage {
  return bodies
    .map(usageOfBody)
    .reduce((sum, one) => ({ entries: sum.entries + one.entries, bytes: sum.bytes + one.bytes }), NOTHING);
}

/** RLY-20: the highest store counter a device has shown is remembered. */
export function rememberCounter(tx: StoreTx, device: DeviceRecord, storeCounter: number): void {
  if (storeCounter > device.storeCounter) tx.updateDevice({ ...device, storeCounter });
}
