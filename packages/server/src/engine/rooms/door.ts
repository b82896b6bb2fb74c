/** ROOM-6: what opens a room's door is known to the server by its hash alone. */
import { HASH_BYTES } from "@sotto/protocol";
import type { GroupRecord } from "../../ports/records.ts";
import type { RuleContext } from "../context.ts";

/** A hash that nothing is known to have. */
const NONE = new Uint8Array(HASH_BYTES);

/** Compared in constant time, with the same work for what is no room or has no door. */
export function isDoor(
  group: GroupRecord | undefined,
  door: Uint8Array,
  { crypto }: Pick<RuleContext, "crypto">,
): boolean {
  const doorHash = group?.kind === "room" ? group.doorHash : null;
  return crypto.areEqual(crypto.sha256(door), doorHash ?? NONE) && doorHash !== null;
}
