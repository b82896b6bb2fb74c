/** What people do in a world with a group: write, add, remove, leave, rename, give roles, hand over, renew keys; several at once. */
import type { AccountId } from "@sotto/protocol";
import { contactState } from "../sim/actions.ts";
import type { ClientNode } from "../sim/clientNode.ts";
import { pairsOf } from "../sim/pairs.ts";
import type { Change, Role, Standing } from "./asked.ts";
import { ask, namedRole, standingAt } from "./asked.ts";
import type { GroupText, GroupWorld } from "./world.ts";

/** Texts that an engine has taken. */
export function acceptedTexts({ texts }: GroupWorld): number {
  return texts.filter(({ epoch }) => epoch !== undefined).length;
}

/** Devices that are in the group as far as they know, and run. */
export function insiders(world: GroupWorld): readonly ClientNode[] {
  return world.clients.filter((client) => standingAt(client, world) !== undefined);
}

/** One thing that somebody does now. */
export function act(world: GroupWorld): void {
  const { random } = world;
  const dice = random.next();
  if (dice < 0.5) write(world);
  else if (dice < 0.56) renew(world, random.pick(world.clients));
  else if (dice < 0.6) read(world);
  else if (dice < 0.62) reconnect(world);
  else if (dice < 0.72) race(world);
  else changeSomething(world);
}

/** Several people change something at the same time, `who` of those in the group. */
export function race(world: GroupWorld, who: (client: ClientNode) => boolean = () => true): void {
  const { random, scheduler } = world;
  for (let i = random.between(2, 4); i > 0; i--)
    scheduler.after(random.pick([0, 0, 1, 5, 20]), () => changeSomething(world, who));
}

export function changeSomething(world: GroupWorld, who: (client: ClientNode) => boolean = () => true): void {
  const inside = insiders(world).filter(who);
  if (inside.length === 0) return;
  const recruiters = mayGo(world) ? [] : inside.filter((client) => canRecruit(world, client));
  const by = world.random.pick(recruiters.length === 0 ? inside : recruiters);
  const change = someChange(world, by);
  if (change !== undefined) ask(world, by, change);
}

function write(world: GroupWorld): void {
  const inside = insiders(world);
  if (inside.length === 0) return;
  const from = world.random.pick(inside);
  const burst = world.random.chance(0.2) ? world.random.between(2, 5) : 1;
  for (let i = 0; i < burst; i++) sendText(world, from);
}

export function sendText(world: GroupWorld, from: ClientNode): void {
  const { conversation, texts } = world;
  const sent: GroupText = { text: `m${texts.length}`, from, epoch: undefined, id: undefined };
  texts.push(sent);
  const before = standingAt(from, world);
  from.command({ kind: "sendText", conversation, text: sent.text, replyTo: null }, (result) => {
    const standing = standingAt(from, world) ?? before;
    if (result.ok && standing !== undefined)
      Object.assign(sent, { epoch: standing.epoch, id: result.message });
  });
}

/** What `by` asks for: mostly something that its role allows, now and then not. */
function someChange(world: GroupWorld, by: ClientNode): Change | undefined {
  const { random, conversation } = world;
  const standing = standingAt(by, world);
  if (standing === undefined) return undefined;
  const { account: own } = by.person.identity;
  const others = standing.members.filter((account) => account !== own);
  const outside = outsidersFor(world, by);
  const canGo = mayGo(world);
  const dice = random.next();
  if (dice < (canGo ? 0.34 : 0.7) && outside.length > 0)
    return { kind: "addMembers", conversation, accounts: some(world, outside) };
  if (dice < 0.55 && others.length > 1 && canGo)
    return { kind: "removeMembers", conversation, accounts: [random.pick(others)] };
  if (dice < 0.7) return { kind: "renameGroup", conversation, name: `group ${random.between(1, 1e6)}` };
  if (dice < 0.9 && others.length > 0) {
    const role = random.pick(["admin", "admin", "member", "owner"] as const);
    const eligible = eligibleFor(world, standing, role, others);
    return eligible.length === 0
      ? undefined
      : { kind: "setRole", conversation, account: random.pick(eligible), role };
  }
  return mayLeave(world, by, standing) ? { kind: "leaveGroup", conversation } : undefined;
}

/** Devices in the group that keep the rules. */
function reliable(world: GroupWorld): readonly ClientNode[] {
  return insiders(world).filter((client) => !world.excused.has(client));
}

/** Enough are in the group. If not, nobody goes, and those act who can bring others in. */
function mayGo(world: GroupWorld): boolean {
  return world.least === 0 || reliable(world).length > world.least;
}

function canRecruit(world: GroupWorld, client: ClientNode): boolean {
  const charter = standingAt(client, world)?.charter;
  const isPlain = charter === undefined || namedRole(charter, client.person.identity.account) === "member";
  return !isPlain && outsidersFor(world, client).length > 0;
}

/**
 * To whom people give the role. Where the group is to go on at most one of those who keep no rules is an admin, and none its owner: if only they could
 * change it, nobody would.
 */
function eligibleFor(
  world: GroupWorld,
  { charter }: Standing,
  role: Role,
  accounts: readonly AccountId[],
): readonly AccountId[] {
  if (world.least === 0 || role === "member") return accounts;
  const bad = [...world.excused].map(({ person }) => person.identity.account);
  if (role === "admin" && !charter.admins.some((admin) => bad.includes(admin))) return accounts;
  return accounts.filter((account) => !bad.includes(account));
}

/** Somebody has to be left who carries it out, and, where the group is to go on, who has a role. */
function mayLeave(world: GroupWorld, by: ClientNode, { charter }: Standing): boolean {
  const staying = reliable(world).filter((client) => client !== by);
  const isPlain = ({ person }: ClientNode): boolean =>
    namedRole(charter, person.identity.account) === "member";
  if (world.least > 0 && staying.every(isPlain)) return false;
  return staying.length > 2 && mayGo(world);
}

/** Contacts of `by` that are not in the group. */
function outsidersFor(world: GroupWorld, by: ClientNode): readonly AccountId[] {
  const members = standingAt(by, world)?.members ?? [];
  return world.clients
    .filter((other) => other !== by && contactState(by, other) === "accepted")
    .map(({ person }) => person.identity.account)
    .filter((account) => !members.includes(account));
}

function some({ random }: GroupWorld, accounts: readonly AccountId[]): readonly AccountId[] {
  const chosen = accounts.filter(() => random.chance(0.4));
  return chosen.length === 0 ? [random.pick(accounts)] : chosen;
}

export function renew({ conversation }: GroupWorld, client: ClientNode): void {
  client.command({ kind: "renewKeys", conversation });
}

function read({ random, clients, conversation }: GroupWorld): void {
  random.pick(clients).command({ kind: "markRead", conversation });
}

function reconnect(world: GroupWorld): void {
  const client = world.random.pick(world.clients);
  client.command({ kind: "disconnect" });
  world.scheduler.after(world.random.between(10, 5000), () => client.command({ kind: "connect" }));
}

/** Contacts by the real flow: the first devices with everybody, the others with some. Ends when all have accepted. */
export async function befriend(world: GroupWorld, hubs: number, otherShare: number): Promise<void> {
  const { clients, scheduler, random } = world;
  const pairs = pairsOf(clients).filter(([a]) => clients.indexOf(a) < hubs || random.chance(otherShare));
  const open = (): readonly (readonly [ClientNode, ClientNode])[] =>
    pairs.filter(([a, b]) => [contactState(a, b), contactState(b, a)].some((state) => state !== "accepted"));
  for (const [from, to] of pairs)
    from.command({ kind: "addContact", userName: to.person.identity.userName, text: null });
  for (let rounds = 0; open().length > 0; rounds++) {
    if (rounds > MAX_ROUNDS) throw new Error(`${open().length} contacts could not be made`);
    await scheduler.run(scheduler.nowMs() + ROUND_MS);
    for (const [a, b] of open())
      if (contactState(b, a) === "incoming")
        b.command({ kind: "acceptContact", account: a.person.identity.account });
  }
}

const ROUND_MS = 500;
const MAX_ROUNDS = 600;
