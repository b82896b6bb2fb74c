/** What must hold once a world has come to rest. */
import { bytesEqual } from "@sotto/protocol";
import type { HistoryRecord } from "sotto/simulation";
import { decodeHistory, messageOf, TABLE } from "sotto/simulation";
import { contactState, conversationWith } from "./actions.ts";
import type { ClientNode } from "./clientNode.ts";
import { healthy, unrest } from "./heal.ts";
import { areSameFiles } from "./offers.ts";
import { pairsOf } from "./pairs.ts";
import type { Way } from "./pathWatch.ts";
import type { SentText, World } from "./world.ts";

/** Checks everything and reports what does not hold to the world's watch. */
export function checkInvariants(world: World): void {
  const moving = unrest(world);
  if (moving !== undefined) world.watch.violation("no-rest", moving);
  for (const client of world.rolledBack)
    if (client.engine?.live.rolledBack !== true) world.watch.violation("rollback-unnoticed", client.name);
  for (const [a, b] of pairsOf(healthy(world))) {
    checkContacts(world, a, b);
    checkEpochs(world, a, b);
    checkPresence(world, a, b);
    checkPresence(world, b, a);
  }
  const histories = new Map(world.clients.map((client) => [client, historyOf(client)]));
  for (const text of world.texts) checkText(world, text, histories);
  for (const from of world.clients)
    for (const to of world.clients)
      if (from !== to && !world.isExcused(from, to)) checkOrder(world, from, to, histories);
}

/** Received messages that came over a link. */
export function cameDirectly({ clients }: World): number {
  return clients
    .flatMap((client) => historyOf(client).filter(({ from }) => from !== client.person.identity.account))
    .filter(({ path }) => path === "direct").length;
}

/** Received messages that offer files. */
export function cameWithFiles({ clients }: World): number {
  return clients
    .flatMap((client) => historyOf(client).filter(({ from }) => from !== client.person.identity.account))
    .filter(({ files }) => files.length > 0).length;
}

function historyOf(client: ClientNode): readonly HistoryRecord[] {
  return [...client.disk.read(TABLE.history).values()].flatMap((bytes) => decodeHistory(bytes) ?? []);
}

/** Both sides agree on what they are to each other. */
function checkContacts(world: World, a: ClientNode, b: ClientNode): void {
  if (world.isExcused(a, b)) return;
  const states = [contactState(a, b) ?? "none", contactState(b, a) ?? "none"].toSorted();
  const apart = states.every((state) => ["none", "removed", "blocked"].includes(state));
  const together = states.every((state) => state === "accepted");
  if (!apart && !together)
    world.watch.violation("contacts-differ", `${a.name} and ${b.name}: ${states.join(" and ")}`);
}

/** Two who can write to each other are in one epoch of one group; or one of them knows that it is not. */
function checkEpochs(world: World, a: ClientNode, b: ClientNode): void {
  const [left, right] = [activeConversation(a, b), activeConversation(b, a)];
  if (left === undefined || right === undefined) {
    if (left !== right && !world.isExcused(a, b))
      world.watch.violation("epochs-differ", `${a.name} and ${b.name}: one has no conversation`);
    return;
  }
  const same =
    left.group === right.group &&
    left.headIndex === right.headIndex &&
    bytesEqual(left.headHash, right.headHash);
  const excused = world.isExcused(a, b) && left.headIndex !== right.headIndex;
  const [one, other] = [authenticator(a, left.group), authenticator(b, right.group)];
  const epoch = one === undefined || other === undefined || bytesEqual(one, other);
  if ((!same || !epoch) && !excused) {
    const show = ({ group, headIndex }: typeof left): string => `${group?.slice(0, 6)} at ${headIndex}`;
    world.watch.violation(
      "epochs-differ",
      `${a.name} ${show(left)}, ${b.name} ${show(right)}, keys ${epoch ? "equal" : "differ"}`,
    );
  }
}

/** Who hides is seen by nobody and sees nobody; two who can write to each other and do not hide see each other. */
function checkPresence(world: World, a: ClientNode, b: ClientNode): void {
  const id = conversationWith(a, b);
  const group = id && a.engine?.state.conversations.get(id)?.group;
  const sees = typeof group === "string" && a.engine?.live.seen.has(group) === true;
  const hidden = [a, b].some((client) => client.engine?.state.settings.presenceHidden === true);
  const together = activeConversation(a, b) !== undefined && activeConversation(b, a) !== undefined;
  if (sees && (hidden || !together) && !(world.isExcused(a, b) && !hidden))
    world.watch.violation("seen-wrongly", `${a.name} sees ${b.name}`);
  if (!sees && !hidden && together && !world.isExcused(a, b))
    world.watch.violation("not-seen", `${a.name} does not see ${b.name}`);
}

function activeConversation(client: ClientNode, other: ClientNode) {
  const id = contactState(client, other) === "accepted" ? conversationWith(client, other) : undefined;
  const conversation = id && client.engine?.state.conversations.get(id);
  return conversation?.state === "active" ? conversation : undefined;
}

function authenticator(
  client: ClientNode,
  id: NonNullable<ReturnType<typeof activeConversation>>["group"],
): Uint8Array | undefined {
  const group = id === null ? undefined : client.engine?.state.groups.get(id);
  return group && client.mls?.epochAuthenticator(group);
}

/** Every text that an engine took is at its recipient once, with the files beside it, or its sender sees that it failed. */
function checkText(
  world: World,
  sent: SentText,
  histories: ReadonlyMap<ClientNode, readonly HistoryRecord[]>,
): void {
  const { from, to, text, accepted } = sent;
  const isIt = (record: HistoryRecord): boolean =>
    record.from === from.person.identity.account && record.text.split(" ")[0] === text;
  const copies = histories.get(to)?.filter(isIt) ?? [];
  const arrived = copies.length;
  if (copies.some((record) => !areSameFiles(record.files, sent.files)))
    world.watch.violation("altered", `what ${text} from ${from.name} to ${to.name} offers`);
  if (arrived > 1) world.watch.violation("duplicated", `${text} from ${from.name} to ${to.name}`);
  if (world.isExcused(from, to) || world.rolledBack.has(from) || !accepted) return;
  const own = histories.get(from)?.find(isIt);
  if (own === undefined || from.engine === undefined)
    return world.watch.violation("forgotten", `${text} at its sender ${from.name}`);
  const { state, path } = messageOf(from.engine.state, own);
  if (state === "failed") return;
  checkPath(world, sent, own.id, path);
  if (arrived === 0)
    world.watch.violation("lost", `${text} from ${from.name} to ${to.name}, ${state} for the sender`);
  else if (state !== "delivered" && state !== "read")
    world.watch.violation(
      "not-confirmed",
      `${text} from ${from.name} to ${to.name} is ${state} for the sender`,
    );
}

/** An own message is of the relay once the server may have had it. One that was meant for it and went over a link first stays so. */
function checkPath({ watch }: World, { from, text }: SentText, id: HistoryRecord["id"], path: Way): void {
  if (path === "direct" && watch.waysOf(from, id).has("relay"))
    watch.violation("path-untrue", `${from.name}: the server had ${text}`);
}

/** The recipient has the texts in the sender's order. */
function checkOrder(
  world: World,
  from: ClientNode,
  to: ClientNode,
  histories: ReadonlyMap<ClientNode, readonly HistoryRecord[]>,
): void {
  const textsOf = (client: ClientNode): readonly string[] =>
    (histories.get(client) ?? [])
      .filter((record) => record.from === from.person.identity.account)
      .map(({ id }) => id);
  const place = new Map(textsOf(from).map((id, i) => [id, i]));
  const places = textsOf(to).flatMap((id) => place.get(id) ?? []);
  if (places.some((value, i) => i > 0 && value < (places[i - 1] as number)))
    world.watch.violation("disordered", `from ${from.name} to ${to.name}: ${places.join(" ")}`);
}
