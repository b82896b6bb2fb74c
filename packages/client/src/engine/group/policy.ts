/**
 * Who may do what in a group (GRP-3). Judged by every member from the epoch before, the charter after and the commit alone, so that all judge alike;
 * a commit that is not allowed is skipped by all (MLS-9).
 */
import type { EpochChange, Member } from "@sotto/crypto";
import type { AccountId, Charter } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import { isSameKeyId } from "./keys.ts";

export type Role = "owner" | "admin" | "member";

/** What the members are in one epoch. */
export interface Standing {
  readonly charter: Charter;
  readonly members: readonly Member[];
}

/** Why a commit is not allowed. */
export type PolicyFault =
  /** Its sender's role does not let it add that account. */
  | "add"
  /** … remove that device. */
  | "remove"
  /** … change the charter like that. */
  | "charter"
  /** A device is not of the account that has its id in the group. */
  | "key"
  /** An outsider who may not come in without a member. */
  | "stranger";

/**
 * The account that has the owner's rights: the charter's owner while one of its devices is in the group; else its first admin of whom that is so, else
 * the lowest account id. Not the lowest leaf: any member can have that, by putting a further device of its own where somebody has left.
 */
export function actingOwner({ charter, members }: Standing): AccountId | undefined {
  return actingAmong(charter, accountsIn(members));
}

/** {@link actingOwner}, of the accounts that are in the group. */
export function actingAmong(charter: Charter, present: ReadonlySet<AccountId>): AccountId | undefined {
  const named = [charter.owner, ...charter.admins].find((account) => present.has(account));
  return named ?? [...present].toSorted()[0];
}

export function roleOf(standing: Standing, account: AccountId): Role {
  return roleUnder(actingOwner(standing), standing.charter, account);
}

/** The role of an account while `acting` has the owner's rights. */
export function roleUnder(acting: AccountId | undefined, { admins }: Charter, account: AccountId): Role {
  if (account === acting) return "owner";
  return admins.includes(account) ? "admin" : "member";
}

function accountsIn(members: readonly Member[]): ReadonlySet<AccountId> {
  return new Set(members.map(({ credential }) => credential.account));
}

/** Whether `role` may put out devices of an account that has the role `other`. */
export function mayRemove(role: Role, other: Role): boolean {
  return role === "owner" || (role === "admin" && other === "member");
}

/** Whether `role` may put the very device of an account in anew that has the role `other`: those of owner and admins anybody, so that they can do it for the rest. */
export function mayPutInAnew(role: Role, other: Role): boolean {
  return role !== "member" || other !== "member";
}

/** What is wrong with the commit that leads from `before` to the charter `after`; `undefined`: it is allowed. */
export function policyFault(before: Standing, change: EpochChange, after: Charter): PolicyFault | undefined {
  const { committer } = change;
  if (committer === null) return "stranger";
  if (change.external) return externalFault(before, committer);
  const account = committer.credential.account;
  const role = roleOf(before, account);
  return (
    addFault(before, change, role, after) ??
    removeFault(before, change, account, role) ??
    charterFault(before, change, role, after)
  );
}

/**
 * Only a further device of a member comes in by itself; into a room everybody does, but for those whom the charter still names although they are
 * out: in their name somebody would have a role.
 */
function externalFault({ charter, members }: Standing, joiner: Member): PolicyFault | undefined {
  const { account } = joiner.credential;
  const known = devicesOf(members, account);
  const isNamed = charter.owner === account || charter.admins.includes(account);
  if (known.length === 0 && (!charter.room || isNamed)) return "stranger";
  return known.every((member) => hasSameKey(member, joiner)) ? undefined : "key";
}

/** Members bring in devices of accounts that are there; other accounts come in by owner and admins. */
function addFault(
  { members }: Standing,
  { added }: EpochChange,
  role: Role,
  after: Charter,
): PolicyFault | undefined {
  for (const device of added) {
    const { account } = device.credential;
    if (!devicesOf([...members, ...added], account).every((member) => hasSameKey(member, device)))
      return "key";
    if (role === "owner" || devicesOf(members, account).length > 0) continue;
    // An account that went and is named still would come back with its old role.
    if (role === "member" || after.owner === account || after.admins.includes(account)) return "add";
  }
  return undefined;
}

function removeFault(
  before: Standing,
  { added, removed, left }: EpochChange,
  committer: AccountId,
  role: Role,
): PolicyFault | undefined {
  const evicted = removed.filter(({ leaf }) => !left.some((leaver) => leaver.leaf === leaf));
  const isAllowed = evicted.every((member) => {
    const { account } = member.credential;
    const other = roleOf(before, account);
    const isHealed = mayPutInAnew(role, other) && comesBack(member, added);
    return account === committer || isReplaced(member, added) || isHealed || mayRemove(role, other);
  });
  return isAllowed ? undefined : "remove";
}

/** A newer device of the same account comes in with the same commit: its account's list has gone on since. */
function isReplaced({ credential }: Member, added: readonly Member[]): boolean {
  return added.some(
    ({ credential: newer }) =>
      newer.account === credential.account && newer.listVersion > credential.listVersion,
  );
}

/** The same device comes in again with the same commit, with the same signature key. */
function comesBack({ credential, leafKey }: Member, added: readonly Member[]): boolean {
  return added.some(
    ({ credential: again, leafKey: key }) =>
      again.device === credential.device &&
      again.account === credential.account &&
      again.mailbox === credential.mailbox &&
      again.listVersion >= credential.listVersion &&
      bytesEqual(key, leafKey),
  );
}

function charterFault(
  before: Standing,
  { added, removed }: EpochChange,
  role: Role,
  after: Charter,
): PolicyFault | undefined {
  const { name, owner, admins, keyId, room } = before.charter;
  // How one comes in is for ever: whoever is in has come in like that.
  if (room !== after.room || !isSameKeyId(keyId, after.keyId)) return "charter";
  const isRenamed = after.name !== name;
  const hasOwner = after.owner !== owner;
  const named = after.admins.filter((admin) => !admins.includes(admin));
  const dropped = admins.filter((admin) => !after.admins.includes(admin));
  if (isRenamed && role === "member") return "charter";
  if (!hasOwner && named.length === 0 && dropped.length === 0) return undefined;
  if (role !== "owner") return "charter";
  const staying = [
    ...before.members.filter(({ leaf }) => !removed.some((gone) => gone.leaf === leaf)),
    ...added,
  ];
  // Roles are for those who are there: a role that is given ahead would let somebody come in who was put out.
  const given = hasOwner ? [...named, after.owner] : named;
  return given.every((account) => devicesOf(staying, account).length > 0) ? undefined : "charter";
}

function devicesOf(members: readonly Member[], account: AccountId): readonly Member[] {
  return members.filter(({ credential }) => credential.account === account);
}

function hasSameKey(a: Member, b: Member): boolean {
  return bytesEqual(a.credential.accountKey, b.credential.accountKey);
}
