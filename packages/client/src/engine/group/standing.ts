/** What a group's MLS state says of who is in it and what they have agreed on. */
import type { EpochChange, Member, MlsGroup } from "@sotto/crypto";
import type { AccountId } from "@sotto/protocol";
import { bytesEqual, decodeCharter } from "@sotto/protocol";
import type { ConversationRecord, GroupFacts } from "../records/conversation.ts";
import type { Standing } from "./policy.ts";
import { marksAfter } from "./watermarks.ts";

/** `undefined`: its app data is no charter, so it is no group of people. */
export function standingOf({
  appData,
  members,
}: Pick<MlsGroup, "appData" | "members">): Standing | undefined {
  const charter = appData === null ? undefined : decodeCharter(appData);
  return charter && { charter, members };
}

/** Ascending, each once. */
export function accountsOf(members: readonly Member[]): readonly AccountId[] {
  return [...new Set(members.map(({ credential }) => credential.account))].toSorted();
}

/**
 * What the conversation's record says of the epoch, `before` being what it said of the one before. States of messages may follow from it:
 * `advanceGroup` says which.
 */
export function factsOf(
  { charter, members }: Standing,
  before: Pick<ConversationRecord, "facts" | "lastCounter"> | null,
): GroupFacts {
  const accounts = accountsOf(members);
  const confirmed = before === null ? [] : marksAfter(before, accounts);
  return { kind: "group", charter, members: accounts, confirmed };
}

export function sameFacts(a: GroupFacts, b: GroupFacts): boolean {
  const same = (x: readonly AccountId[], y: readonly AccountId[]): boolean => x.join() === y.join();
  return (
    a.charter.name === b.charter.name &&
    a.charter.owner === b.charter.owner &&
    same(a.charter.admins, b.charter.admins) &&
    same(a.members, b.members)
  );
}

/** The members behind a change. */
export function membersAfter(before: readonly Member[], { added, removed }: EpochChange): readonly Member[] {
  return [...before.filter(({ leaf }) => !removed.some((gone) => gone.leaf === leaf)), ...added];
}

export function devicesOf(members: readonly Member[], account: AccountId): readonly Member[] {
  return members.filter(({ credential }) => credential.account === account);
}

export function hasKey({ credential }: Member, accountKey: Uint8Array): boolean {
  return bytesEqual(credential.accountKey, accountKey);
}
