/** What must hold once a world with a group has come to rest. */
import type { AccountId, MailboxId } from "@sotto/protocol";
import { decodeCharter } from "@sotto/protocol";
import type { HistoryRecord } from "sotto/simulation";
import { decodeHistory, messageOf, TABLE } from "sotto/simulation";
import type { ClientNode } from "../sim/clientNode.ts";
import type { Asked } from "./asked.ts";
import { cameTrue, subjectsOf } from "./asked.ts";
import type { Epoch } from "./epochBook.ts";
import { healthy, isLeftOut, unrest } from "./heal.ts";
import type { GroupText, GroupWorld } from "./world.ts";

type Histories = ReadonlyMap<ClientNode, readonly HistoryRecord[]>;

export function checkInvariants(world: GroupWorld): void {
  const moving = unrest(world);
  if (moving !== undefined) world.watch.violation("no-rest", moving);
  const last = world.watch.book.last();
  if (last === undefined) return world.watch.violation("no-group", "nobody has entered an epoch");
  const histories = new Map(world.clients.map((client) => [client, historyOf(world, client)]));
  for (const client of healthy(world)) if (!isLeftOut(world, client)) checkEpoch(world, client, last);
  checkDeliveryList(world, last);
  for (const text of world.texts) checkText(world, text, last, histories);
  for (const reader of healthy(world)) checkOrder(world, reader, histories);
  for (const asked of world.asked) checkAsked(world, asked);
  checkLines(world, last, histories);
  for (const { conversation, victim } of world.strangers)
    if (victim.engine?.state.conversations.get(conversation)?.state === "active")
      world.watch.violation("strangers-welcome", `${victim.name} is in the group of somebody unknown`);
  checkNotices(world);
}

function historyOf({ conversation }: GroupWorld, client: ClientNode): readonly HistoryRecord[] {
  return [...client.disk.read(TABLE.history).values()]
    .flatMap((bytes) => decodeHistory(bytes) ?? [])
    .filter((record) => record.conversation === conversation)
    .toSorted((a, b) => a.order - b.order);
}

function accountOf({ person }: ClientNode): AccountId {
  return person.identity.account;
}

/** Members are in the last epoch, with its keys and its charter; nobody else takes itself for one. */
function checkEpoch({ watch, conversation, cutOff }: GroupWorld, client: ClientNode, last: Epoch): void {
  const { engine, mls, name } = client;
  const record = engine?.state.conversations.get(conversation);
  const isMember = last.members.has(accountOf(client));
  if (record?.state !== "active" || record.group === null) {
    if (isMember)
      watch.violation("epochs-differ", `${name} is a member and its group is ${record?.state ?? "unknown"}`);
    // Who was removed while it could not follow is not told.
    if (record !== undefined && record.state !== "ended" && (isMember || !cutOff.has(client)))
      watch.violation("stopped", `${name} cannot follow the group: ${record.state}`);
    return;
  }
  if (!isMember) return watch.violation("epochs-differ", `${name} takes itself for a member`);
  const group = engine?.state.groups.get(record.group);
  if (group === undefined || mls === undefined)
    return watch.violation("epochs-differ", `${name} has no group`);
  if (group.epoch !== last.number)
    watch.violation("epochs-differ", `${name} is in epoch ${group.epoch}, others in ${last.number}`);
  const authenticator = Buffer.from(mls.epochAuthenticator(group)).toString("hex");
  if (group.epoch === last.number && authenticator !== last.authenticator)
    watch.violation("epochs-differ", `${name} has other keys of epoch ${group.epoch}`);
  const charter = group.appData === null ? undefined : decodeCharter(group.appData);
  const { facts } = record;
  if (
    JSON.stringify(charter) !== JSON.stringify(last.charter) ||
    JSON.stringify(facts?.charter) !== JSON.stringify(last.charter)
  )
    watch.violation("charters-differ", name);
  if (facts?.members.join() !== [...last.members].toSorted().join()) watch.violation("members-differ", name);
}

/** The server delivers to the members' mailboxes and to no other: what it has put on the list was found and taken off, and somebody told of it. */
function checkDeliveryList(world: GroupWorld, last: Epoch): void {
  const { watch, server, clients, conversation } = world;
  const member = clients.find((client) => last.members.has(accountOf(client)) && !world.excused.has(client));
  const group = member?.engine?.state.conversations.get(conversation)?.group;
  if (group == null) return;
  const listed = new Set(server.look((tx) => tx.recipients(group)).map(({ mailbox }) => mailbox));
  checkStrays(world, listed);
  for (const client of healthy(world)) {
    const { person, name } = client;
    if (isLeftOut(world, client)) continue;
    const isMember = last.members.has(person.identity.account);
    if (listed.has(person.identity.mailbox) !== isMember)
      watch.violation("delivery-list", `${name} is ${isMember ? "a member and not" : "no member but"} on it`);
  }
}

/** Of what the server has put on the list somebody is told; but who had been in the group takes itself off, and who comes in is no stray any more. */
function checkStrays({ watch, clients, strays, spy }: GroupWorld, listed: ReadonlySet<MailboxId>): void {
  const mailboxOf = ({ person }: Pick<ClientNode, "person">): MailboxId => person.identity.mailbox;
  if (spy !== undefined && listed.has(mailboxOf(spy))) watch.violation("delivery-list", "a spy is on it");
  const cameOrWent = new Set(watch.book.since(0).flatMap(({ members }) => [...members]));
  const known = clients.filter((client) => cameOrWent.has(accountOf(client))).map(mailboxOf);
  const isTold = watch.notices.some(({ change }) => change === "listCorrected");
  if (!isTold && strays.some((stray) => !known.includes(stray)))
    watch.violation("list-not-told", "nobody has seen that the server had put somebody on the delivery list");
}

/** In every epoch from that on. */
function isThroughout({ watch }: GroupWorld, account: AccountId, from: number): boolean {
  return watch.book.since(from).every(({ members }) => members.has(account));
}

/** At all who were there from its epoch on it is once; at nobody twice; at nobody who was not in an epoch in which it was encrypted. */
function checkText(world: GroupWorld, sent: GroupText, last: Epoch, histories: Histories): void {
  const { watch } = world;
  const { text, from, epoch, id } = sent;
  const author = accountOf(from);
  const isIt = (record: HistoryRecord): boolean => record.from === author && record.text === text;
  const sealedIn = id === undefined ? new Set<number>() : watch.book.sealedIn(id);
  const allowed = new Set([...sealedIn].flatMap((number) => [...(watch.book.epoch(number)?.members ?? [])]));
  for (const [reader, history] of histories) {
    const copies = history.filter(isIt).length;
    if (copies > 1) watch.violation("duplicated", `${text} from ${from.name} at ${reader.name}`);
    if (copies > 0 && reader !== from && !allowed.has(accountOf(reader)) && id !== undefined)
      watch.violation("read-by-outsider", `${text} from ${from.name} at ${reader.name}`);
  }
  if (epoch === undefined || world.excused.has(from) || isUnheard(world, from)) return;
  const own = histories.get(from)?.find(isIt);
  if (own === undefined || from.engine === undefined)
    return watch.violation("forgotten", `${text} at its sender ${from.name}`);
  if (!isThroughout(world, author, epoch) || !last.members.has(author)) return;
  const { state } = messageOf(from.engine.state, own);
  if (state === "failed" || state === "sending")
    watch.violation("not-sent", `${text} from ${from.name} is ${state}`);
  for (const reader of healthy(world)) {
    if (reader === from || world.cutOff.has(reader)) continue;
    if (!isThroughout(world, accountOf(reader), epoch)) continue;
    if (!histories.get(reader)?.some(isIt))
      watch.violation("lost", `${text} from ${from.name}, epoch ${epoch}, to ${reader.name}; ${state}`);
  }
}

/** Who leaves while it is kept from the group cannot say so: the others put it in anew. */
function isUnheard(world: GroupWorld, client: ClientNode): boolean {
  const { cutOff, asked } = world;
  if (isLeftOut(world, client)) return true;
  return cutOff.has(client) && asked.some(({ by, change }) => by === client && change.kind === "leaveGroup");
}

/** Each reader has an author's texts in the author's order. */
function checkOrder({ watch, clients }: GroupWorld, reader: ClientNode, histories: Histories): void {
  for (const from of clients) {
    const idsOf = (client: ClientNode): readonly string[] =>
      (histories.get(client) ?? [])
        .filter((record) => record.from === accountOf(from) && record.event === null)
        .map(({ id }) => id);
    const place = new Map(idsOf(from).map((id, i) => [id, i]));
    const places = idsOf(reader).flatMap((id) => place.get(id) ?? []);
    if (places.some((value, i) => i > 0 && value < (places[i - 1] as number)))
      watch.violation("disordered", `from ${from.name} to ${reader.name}: ${places.join(" ")}`);
  }
}

/** A change that was asked for has been so in some epoch since, or its asker was told that it cannot be. */
function checkAsked(world: GroupWorld, asked: Asked): void {
  const { watch } = world;
  const { by, change, epoch } = asked;
  if (world.excused.has(by) || isUnheard(world, by) || watch.crashes(by) > asked.crashes) return;
  if (change.kind !== "leaveGroup" && !isThroughout(world, accountOf(by), epoch)) return;
  const later = world.asked.slice(world.asked.indexOf(asked) + 1).filter((other) => other.by === by);
  const subjects = new Set(subjectsOf(change));
  if (later.some((other) => subjectsOf(other.change).some((subject) => subjects.has(subject)))) return;
  const told = watch.notices.some(({ client, change: what }) => client === by && what === "wishFailed");
  if (!told && !cameTrue(asked, watch.book.since(epoch)))
    watch.violation("wish-lost", `${by.name}: ${change.kind} in epoch ${epoch}`);
}

/** Lines about the group are the same, in the same order, at all who were there. */
function checkLines(world: GroupWorld, last: Epoch, histories: Histories): void {
  const { watch } = world;
  const linesOf = (client: ClientNode): readonly string[] =>
    (histories.get(client) ?? [])
      .filter(({ event }) => event !== null)
      .map(({ id, from, event }) => JSON.stringify([id, from, event]));
  const members = healthy(world).filter(
    (client) => last.members.has(accountOf(client)) && !world.cutOff.has(client),
  );
  const all = members.filter((client) => isThroughout(world, accountOf(client), 1));
  const [one, ...others] = all;
  if (one === undefined) return;
  const common = (client: ClientNode): readonly string[] => withoutFounding(linesOf(client));
  const expected = common(one);
  for (const other of others)
    if (common(other).join() !== expected.join())
      watch.violation("lines-differ", difference(one, expected, other, common(other)));
  for (const { by, isPolicy, taken } of world.badCommits) {
    if (!taken || !isPolicy) continue;
    const shown = expected.filter(
      (line) => line.includes('"refused"') && line.includes(accountOf(by)),
    ).length;
    const due = world.badCommits.filter((bad) => bad.by === by && bad.taken && bad.isPolicy).length;
    if (shown < due) watch.violation("refusal-not-shown", `${by.name}: ${shown} of ${due}`);
  }
  // Those who came later have what followed.
  for (const member of members) {
    if (all.includes(member)) continue;
    const own = linesOf(member);
    const entry = own.findLastIndex((line) => isEntryOf(line, accountOf(member)));
    const since = own.slice(entry + 1);
    if (expected.slice(expected.length - since.length).join() !== since.join())
      watch.violation("lines-differ", difference(one, expected, member, since));
  }
}

/** Of the first handshake the creator's history says more than that of whoever joined by it. */
function withoutFounding(lines: readonly string[]): readonly string[] {
  const isCreator = lines[0]?.includes('"kind":"created"') === true;
  return lines.slice(isCreator ? 2 : 1);
}

function isEntryOf(line: string, account: AccountId): boolean {
  const [, , event] = JSON.parse(line) as [string, string, { kind: string; accounts?: string[] }];
  return event.kind === "added" && event.accounts?.includes(account) === true;
}

function difference(a: ClientNode, x: readonly string[], b: ClientNode, y: readonly string[]): string {
  const at = x.findIndex((line, i) => line !== y[i]);
  return `${a.name} ${x.length}, ${b.name} ${y.length}, from ${at}: ${x[at]} and ${y[at]}`;
}

/** Where nobody cheats nothing is missing, unreadable or forked. A broken commit is shown as refused by all who have seen it. */
function checkNotices({ watch, excused, cutOff, badCommits, cheated }: GroupWorld): void {
  const isQuiet = badCommits.every(({ taken }) => !taken) && cheated === undefined;
  const wrong = isQuiet
    ? ["gap", "unreadable", "fork", "undecided", "refusedHandshake", "keysRefused", "keysChanged"]
    : ["undecided", "keysChanged"];
  for (const { client, change } of watch.notices)
    if (!excused.has(client) && !cutOff.has(client) && wrong.includes(change))
      watch.violation(`shown-${change}`, `${client.name} was told so`);
}
