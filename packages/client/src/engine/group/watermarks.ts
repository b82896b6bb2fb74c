/** How far the own stream has come in a group (MSG-6): as far as with the last of its members. */
import type { AccountId } from "@sotto/protocol";
import { takenByServer } from "../bases.ts";
import type { ConversationRecord, GroupFacts, Watermark } from "../records/conversation.ts";
import type { StoredState } from "../state.ts";

/** Each receipt goes to everybody: in larger groups there are none, and messages stay `sent`. */
const MAX_RECEIPTED_ACCOUNTS = 20;

/** Whether its members tell each other what they have received. */
export function hasReceipts({ facts }: Pick<ConversationRecord, "facts">): boolean {
  return facts === null || facts.members.length <= MAX_RECEIPTED_ACCOUNTS;
}

/** Who is new has nothing to confirm of what was numbered before; who has gone holds nothing back. */
export function marksAfter(
  { facts, lastCounter }: Pick<ConversationRecord, "facts" | "lastCounter">,
  members: readonly AccountId[],
): readonly Watermark[] {
  const before = facts?.members ?? [];
  const known = new Map(facts?.confirmed.map((mark) => [mark.account, mark]));
  return members.flatMap((account) => {
    const mark = known.get(account);
    if (mark !== undefined) return [mark];
    return before.includes(account) ? [] : [{ account, delivered: lastCounter, read: lastCounter }];
  });
}

/** The marks with what a receipt of that member says; a receipt cannot confirm what was never numbered. */
export function withConfirmed(
  facts: GroupFacts,
  { account, delivered, read }: Watermark,
  lastCounter: number,
): GroupFacts {
  const before = facts.confirmed.find((mark) => mark.account === account);
  const reached = Math.max(before?.delivered ?? 0, Math.min(delivered, lastCounter));
  const mark = {
    account,
    delivered: reached,
    read: Math.max(before?.read ?? 0, Math.min(read, reached)),
  };
  return { ...facts, confirmed: [...facts.confirmed.filter((other) => other !== before), mark] };
}

/** What all other members have of the own stream; what the server has, where there are none. */
export function leastOf(
  state: StoredState,
  conversation: ConversationRecord,
  { members, confirmed }: GroupFacts,
): Pick<ConversationRecord, "delivered" | "read"> {
  const others = members.filter((account) => account !== state.identity.account);
  if (others.length === 0) {
    const taken = takenByServer(state, conversation);
    return { delivered: taken, read: taken };
  }
  const marks = others.map((account) => confirmed.find((mark) => mark.account === account));
  return {
    delivered: Math.min(...marks.map((mark) => mark?.delivered ?? 0)),
    read: Math.min(...marks.map((mark) => mark?.read ?? 0)),
  };
}
