/** What a change of a group says in its history: quiet lines, the same at every member. */
import type { EpochChange } from "@sotto/crypto";
import type { AccountId, Charter, MessageId } from "@sotto/protocol";
import { concatBytes, idOf } from "@sotto/protocol";
import type { Sha256 } from "../chain.ts";
import type { GroupEvent } from "../contract.ts";
import type { Core } from "../core.ts";
import { emit } from "../core.ts";
import { messageOf } from "../conversations.ts";
import { orderNow } from "../order.ts";
import type { ConversationRecord, GroupFacts } from "../records/conversation.ts";
import type { HistoryRecord } from "../records/history.ts";
import type { Transaction } from "../transaction.ts";
import type { Standing } from "./policy.ts";
import { accountsOf, membersAfter } from "./standing.ts";

/** Something that somebody has done. */
export interface Line {
  readonly from: AccountId;
  readonly event: GroupEvent;
}

/** The lines of a commit that is allowed, in their order. Renewed keys and further devices of members are not worth one. */
export function linesOf(
  before: Standing,
  change: EpochChange,
  after: Charter,
  committer: AccountId,
): readonly Line[] {
  const there = accountsOf(before.members);
  const staying = accountsOf(membersAfter(before.members, change));
  const leavers = accountsOf(change.left).filter((account) => !staying.includes(account));
  const lines = leavers.map((from): Line => ({ from, event: { kind: "left" } }));
  const members = there.filter((account) => !leavers.includes(account));
  return [
    ...lines,
    ...differences(
      { charter: before.charter, members },
      { charter: after, members: staying },
      committer,
      change.external,
    ),
  ];
}

/** What is another in the second of two epochs, as lines of `from`. `isEntry`: who is new has come in without a member's help. */
export function differences(
  before: Pick<GroupFacts, "charter" | "members">,
  { charter: after, members: staying }: Pick<GroupFacts, "charter" | "members">,
  from: AccountId,
  isEntry = false,
): readonly Line[] {
  const removed = before.members.filter((account) => !staying.includes(account));
  const added = staying.filter((account) => !before.members.includes(account));
  const lines: Line[] = [];
  const say = (event: GroupEvent): void => void lines.push({ from, event });
  if (removed.length > 0) say({ kind: "removed", accounts: removed });
  if (isEntry) for (const account of added) say({ kind: "entered", account });
  else if (added.length > 0) say({ kind: "added", accounts: added });
  if (after.name !== before.charter.name) say({ kind: "renamed", name: after.name });
  for (const { account, role } of rolesOf(before.charter, after))
    if (staying.includes(account)) say({ kind: "role", account, role });
  return lines;
}

/** Roles that the commit has given and taken. Whoever hands the group over becomes an admin: that goes without saying. */
function rolesOf(before: Charter, after: Charter): readonly Pick<RoleEvent, "account" | "role">[] {
  const isNew = after.owner !== before.owner;
  const named = after.admins.filter(
    (account) => !before.admins.includes(account) && !(isNew && account === before.owner),
  );
  const dropped = before.admins.filter(
    (account) => !after.admins.includes(account) && account !== after.owner,
  );
  return [
    ...(isNew ? [{ account: after.owner, role: "owner" } as const] : []),
    ...named.map((account) => ({ account, role: "admin" }) as const),
    ...dropped.map((account) => ({ account, role: "member" }) as const),
  ];
}

type RoleEvent = Extract<GroupEvent, { kind: "role" }>;

/** What a creator's own history begins with. */
export function foundingLines(
  creator: AccountId,
  { name }: Charter,
  members: readonly AccountId[],
): readonly Line[] {
  const accounts = members.filter((account) => account !== creator);
  const created: Line = { from: creator, event: { kind: "created", name } };
  return accounts.length === 0 ? [created] : [created, { from: creator, event: { kind: "added", accounts } }];
}

/** Its members name the lines of one handshake alike: the first 16 bytes of SHA-256(chain hash ‖ position). */
export function lineId(sha256: Sha256, headHash: Uint8Array, position: number): MessageId {
  return idOf(sha256(concatBytes(headHash, Uint8Array.of(position))).slice(0, 16));
}

/** Adds the lines of the conversation's current handshake to the transaction; the record behind them has room for what follows. */
export function withLines(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  lines: readonly Line[],
): { conversation: ConversationRecord; records: readonly HistoryRecord[] } {
  let { nextOrder } = conversation;
  const records = lines.map(({ from, event }, position): HistoryRecord => {
    const order = orderNow({ nextOrder }, core.now());
    nextOrder = order + 1;
    return {
      conversation: conversation.id,
      order,
      id: lineId(core.sha256, conversation.headHash, position),
      from,
      text: "",
      files: [],
      event,
      replyTo: null,
      sentAtMs: core.now(),
      storedAtMs: core.now(),
      path: "relay",
      settled: null,
    };
  });
  for (const record of records) transaction.history(record);
  return { conversation: { ...conversation, nextOrder }, records };
}

/** Shows lines that are stored. */
export function showLines(core: Core, records: readonly HistoryRecord[]): void {
  for (const record of records) emit(core, { type: "message", message: messageOf(core.state, record) });
}
