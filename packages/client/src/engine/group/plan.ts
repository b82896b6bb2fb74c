/** What is still to be done about a wish, and how a commit does it: computed from the epoch alone (GRP-6). */
import type { EpochChange, Member } from "@sotto/crypto";
import type { AccountId, Charter, DeviceId } from "@sotto/protocol";
import { MAX_GROUP_ADMINS, withAdmins } from "@sotto/protocol";
import type { Wish } from "../records/wish.ts";
import type { Role, Standing } from "./policy.ts";
import { mayPutInAnew, mayRemove, roleOf } from "./policy.ts";
import { accountsOf, devicesOf } from "./standing.ts";

/** Who wishes, and where. */
export interface Wisher {
  readonly account: AccountId;
  readonly epoch: number;
  readonly nowMs: number;
}

/** done: it is so, or is nobody's business any more · void: it cannot be · due: a commit is to be made · later: not before its time. */
export type WishState = "done" | "void" | "due" | "later";

/** Wishes of the user, of which is said when they cannot come true. The others are what devices do by themselves. */
export function isAsked({ kind }: Wish): boolean {
  return kind === "add" || kind === "remove" || kind === "rename" || kind === "role" || kind === "leave";
}

export function stateOf(standing: Standing, wisher: Wisher, wish: Wish): WishState {
  const own = roleOf(standing, wisher.account);
  const isThere = (account: AccountId): boolean => devicesOf(standing.members, account).length > 0;
  const by = (isAllowed: boolean): WishState => (isAllowed ? "due" : "void");
  switch (wish.kind) {
    case "add":
      return isThere(wish.account) ? "done" : by(own !== "member");
    case "remove":
      return isThere(wish.account) ? by(mayRemove(own, roleOf(standing, wish.account))) : "done";
    case "rename":
      return wish.name === standing.charter.name ? "done" : by(own !== "member");
    case "role":
      return isThere(wish.account) ? roleWish(standing, own, wish) : "void";
    case "leave":
    case "renew":
      return "due";
    case "follow":
      return isThere(wish.account) ? when(wisher, wish.dueAtMs) : "done";
    case "relist":
      return when(wisher, wish.dueAtMs);
    case "release":
      return releaseState(standing, wisher, own, wish);
    case "readd":
      return readdState(standing, wisher, own, wish);
    case "readded":
      return memberOf(standing, wish.device) ? "later" : "done";
    case "reenter":
      return "done";
  }
}

function when({ nowMs }: Wisher, dueAtMs: number): WishState {
  return nowMs >= dueAtMs ? "due" : "later";
}

function roleWish(
  { charter }: Standing,
  own: Role,
  { account, role }: Extract<Wish, { kind: "role" }>,
): WishState {
  if (namedRole(charter, account) === role) return "done";
  // The owner's role changes hands, it is not laid down.
  if (own !== "owner" || (role !== "owner" && account === charter.owner)) return "void";
  return role === "admin" && charter.admins.length >= MAX_GROUP_ADMINS ? "void" : "due";
}

/** Requests end with their epoch; that of a device which still is there, although it has gone, is carried out by those who may. */
function releaseState(
  standing: Standing,
  wisher: Wisher,
  own: Role,
  { device, epoch, dueAtMs }: Extract<Wish, { kind: "release" }>,
): WishState {
  const leaver = memberOf(standing, device);
  if (leaver === undefined) return "done";
  const isAllowed = epoch === wisher.epoch || mayRemove(own, roleOf(standing, leaver.credential.account));
  return isAllowed ? when(wisher, dueAtMs) : "done";
}

function readdState(
  standing: Standing,
  wisher: Wisher,
  own: Role,
  { device, dueAtMs }: Extract<Wish, { kind: "readd" }>,
): WishState {
  const member = memberOf(standing, device);
  const isAllowed = member !== undefined && mayPutInAnew(own, roleOf(standing, member.credential.account));
  return isAllowed ? when(wisher, dueAtMs) : "done";
}

export function namedRole({ owner, admins }: Charter, account: AccountId): Role {
  if (account === owner) return "owner";
  return admins.includes(account) ? "admin" : "member";
}

export function memberOf({ members }: Standing, device: DeviceId): Member | undefined {
  return members.find(({ credential }) => credential.device === device);
}

/** A commit that is being put together. */
export interface Draft {
  readonly charter: Charter;
  readonly remove: readonly number[];
  /** Accounts of which devices come in. */
  readonly adds: readonly AccountId[];
}

/** The draft, with what the wish needs of the tree and the charter. Devices are claimed elsewhere. */
export function drafted(standing: Standing, { epoch }: Wisher, draft: Draft, wish: Wish): Draft {
  const without = (members: readonly Member[]): Draft => ({
    ...draft,
    remove: [...new Set([...draft.remove, ...members.map(({ leaf }) => leaf)])],
  });
  switch (wish.kind) {
    case "add":
      return { ...draft, adds: [...draft.adds, wish.account] };
    case "remove":
      return without(devicesOf(standing.members, wish.account));
    case "rename":
      return { ...draft, charter: { ...draft.charter, name: wish.name } };
    case "role":
      return { ...draft, charter: withRole(draft.charter, wish.account, wish.role) };
    case "release": {
      const leaver = memberOf(standing, wish.device);
      return leaver === undefined || wish.epoch === epoch ? draft : without([leaver]);
    }
    default:
      return draft;
  }
}

/** `owner` hands the group over, and who had it becomes an admin. */
function withRole(charter: Charter, account: AccountId, role: Role): Charter {
  const { owner, admins } = charter;
  const others = admins.filter((admin) => admin !== account);
  if (role === "owner")
    return withAdmins({ ...charter, owner: account }, [...others.slice(0, MAX_GROUP_ADMINS - 1), owner]);
  return withAdmins(charter, role === "admin" ? [...others, account] : others);
}

/** Who acts as owner leaves no role to those who are out, and takes that of an owner who is. */
export function tidied(before: Standing, self: AccountId, { charter, remove, adds }: Draft): Charter {
  if (roleOf(before, self) !== "owner") return charter;
  const staying = before.members.filter(({ leaf }) => !remove.includes(leaf));
  const present = new Set([...accountsOf(staying), ...adds]);
  const owner = present.has(charter.owner) ? charter.owner : self;
  return withAdmins(
    { ...charter, owner },
    charter.admins.filter((admin) => present.has(admin)),
  );
}

/** The wishes with one more: an earlier one that it takes back or repeats goes. */
export function withWish(wishes: readonly Wish[], wish: Wish): readonly Wish[] {
  return [...wishes.filter((earlier) => subjectOf(earlier) !== subjectOf(wish)), wish];
}

/** The wishes behind a commit that has taken effect. What is seen from the epoch itself is not looked for here. */
export function wishesAfter(
  wishes: readonly Wish[],
  { added }: EpochChange,
  isOwn: boolean,
  nowMs: number,
): readonly Wish[] {
  return wishes.flatMap((wish): readonly Wish[] => {
    // Every commit renews the keys of its device; what the server has made of the list shows when it is asked again.
    if (wish.kind === "renew" || wish.kind === "relist") return isOwn ? [] : [wish];
    if (wish.kind !== "readd" || !added.some(({ credential }) => credential.device === wish.device))
      return [wish];
    // Another's does not count: it may be one that helps nobody.
    return isOwn ? [{ kind: "readded", device: wish.device, atMs: nowMs }] : [];
  });
}

function subjectOf(wish: Wish): string {
  switch (wish.kind) {
    case "add":
    case "remove":
      return `member ${wish.account}`;
    case "role":
    case "follow":
      return `${wish.kind} ${wish.account}`;
    case "release":
    case "readd":
    case "readded":
      return `${wish.kind} ${wish.device}`;
    case "rename":
    case "leave":
    case "renew":
    case "relist":
    case "reenter":
      return wish.kind;
  }
}
