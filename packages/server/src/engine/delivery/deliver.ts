/** Storing an entry and telling the connections of the mailboxes that got it. */
import { MAX_FRAME_BYTES } from "@sotto/protocol";
import type { MailboxId } from "@sotto/protocol";
import type { DeviceRecord, EntryBody, Usage } from "../../ports/records.ts";
import type { StoreTx } from "../../ports/store.ts";
import type { RuleContext } from "../context.ts";

/** An application message must fit the frame that delivers it: 32 bytes of header and at most 15 of CBOR around it. */
export const MAX_CIPHERTEXT_BYTES: number = MAX_FRAME_BYTES - 64;

export function deliver(tx: StoreTx, context: RuleContext, body: EntryBody, to: readonly MailboxId[]): void {
  if (to.length === 0) return;
  const sequences = tx.deliver(body, to, context.nowMs);
  context.notify({
    type: "delivered",
    frame: body.frame,
    to: to.map((mailbox, i) => ({ mailbox, sequence: sequences[i] as number })),
  });
}

/**
 * RLY-15: false when one more entry of the size would exceed the mailbox's quota. Handshakes may use as much again (`share` 2), so that
 * members can still remove a device whose mailbox is full.
 */
export function hasRoom(
  { entries, bytes }: Usage,
  sizeBytes: number,
  { settings }: RuleContext,
  share: 1 | 2 = 1,
): boolean {
  return (
    entries < share * settings.mailboxMaxEntries && bytes + sizeBytes <= share * settings.mailboxMaxBytes
  );
}

export function bodySize({ frame, payload }: EntryBody): number {
  return frame.length + (payload?.bytes.length ?? 0);
}

/** RLY-20: the highest store counter a device has shown is remembered. */
export function rememberCounter(tx: StoreTx, device: DeviceRecord, storeCounter: number): void {
  if (storeCounter > device.storeCounter) tx.updateDevice({ ...device, storeCounter });
}
