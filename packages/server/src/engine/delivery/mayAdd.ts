/** Whom a device may bring into a group or room (RLY-23): a server that let anybody add anybody would let strangers fill mailboxes. */
import type { AccountId } from "@sotto/protocol";
import type { DeviceRecord } from "../../ports/records.ts";
import type { Done } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";

/**
 * Own devices, those of accounts that are on the list already (`present`), and those of contacts.
 * Refused: forbidden, without a word on whose mailbox it was.
 */
export function mayAdd(
  tx: StoreTx,
  adder: AccountId,
  added: readonly DeviceRecord[],
  present: readonly AccountId[],
): Result<Done> {
  const known = new Set([adder, ...present]);
  const others = new Set(added.map(({ account }) => account).filter((account) => !known.has(account)));
  return [...others].every((account) => tx.hasOpenPair(adder, account))
    ? accepted({})
    : refused("forbidden", { detail: "only contacts can be added" });
}
