/** Who may put this device in anew into a group that it is in (GRP-5). */
import type { AccountId } from "@sotto/protocol";
import { bytesEqual, encodeCharter } from "@sotto/protocol";
import type { Core } from "../core.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import type { Role, Standing } from "./policy.ts";
import { actingAmong, mayPutInAnew, roleOf, roleUnder } from "./policy.ts";
import { undecidedOver } from "./undecided.ts";

/**
 * Whether what this device has of a living group may give way to a Welcome of `adder`. No policy has judged what lies between, and the Welcome may
 * say anything of roles: so only of who could put the device in anew, as far as it knows, and of plain members without another charter. A device
 * that cannot follow the group takes none of whose commit that was, and the new charter's word on who has a role.
 */
export function mayReplace(
  { state }: Core,
  { id, facts }: ConversationRecord,
  adder: AccountId,
  standing: Standing,
): boolean {
  if (facts === null) return false;
  const over = undecidedOver(state, id);
  if (over === adder) return false;
  if (over !== undefined && roleOf(standing, adder) !== "member") return true;
  const there = new Set(facts.members);
  const roleThen = (account: AccountId): Role =>
    roleUnder(actingAmong(facts.charter, there), facts.charter, account);
  if (!there.has(adder)) return false;
  if (roleThen(adder) !== "member") return true;
  const isSame = bytesEqual(encodeCharter(standing.charter), encodeCharter(facts.charter));
  return isSame && mayPutInAnew("member", roleThen(state.identity.account));
}
