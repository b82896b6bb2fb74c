/** The end of trouble: everything runs again, requests are answered, and the world is given time to come to rest. */
import type { MailboxId } from "@sotto/protocol";
import { acceptedTexts, addContact, contactState, conversationWith, ordered, sendText } from "./actions.ts";
import type { ClientNode } from "./clientNode.ts";
import type { World } from "./world.ts";

/** By then a world must have come to rest: receipts, back-off of 30 s and silent sockets included. */
const REST_WITHIN_MS = 30 * 60_000;
const LOOK_EVERY_MS = 1000;
/** Two heartbeats without an answer, after one that was (NET-2), and the longest back-off. */
const SILENCE_MS = 3 * 25_000 + 30_000;
/** A day of clock error may lie between two timers of a device, but no work may wait for it. */
const MAX_STEPS = 60_000;
/** Exchanges at the end: more would not help. */
const MAX_ROUNDS = 20;

/** Devices that shall work again. */
export function healthy(world: World): readonly ClientNode[] {
  return world.clients.filter((client) => !world.rolledBack.has(client));
}

/** Ends all trouble, accepts open requests, lets every pair exchange a message more, until there are `leastMessages`, and waits for rest. */
export async function heal(world: World, leastMessages: number): Promise<void> {
  const { scheduler, server, clients, links } = world;
  server.failCommits(0);
  links.ways.calm();
  server.crashAfter(Number.POSITIVE_INFINITY, 0);
  for (const client of clients) {
    client.failCommits(0);
    client.crashAfter(Number.POSITIVE_INFINITY, 0);
    Object.assign(client.link, { downUntilMs: 0, deafUntilMs: 0, unreliableUntilMs: 0 });
  }
  // What crashed comes back by itself, and whoever holds a socket that is dead finds out: with a link open nothing else waits for that.
  await scheduler.run(scheduler.nowMs() + SILENCE_MS);
  // What the cheating relay keeps back is pushed once more on the next connection.
  world.cheated?.relay.behave();
  for (const socket of world.cheated?.client.link.sockets ?? [])
    socket.break({ clientLearns: true, serverLearns: true, toServer: 0, toClient: 0, lingerMs: 0 });
  for (const client of clients) {
    client.start();
    client.command({ kind: "connect" });
    anyWay(client);
  }
  await rest(world);
  await acceptAll(world);
  for (let round = 0; round < MAX_ROUNDS && (round === 0 || acceptedTexts(world) < leastMessages); round++)
    await exchange(world);
  await exchangeDirectly(world);
}

/** Its messages take whichever way there is. */
function anyWay(client: ClientNode): void {
  client.command({ kind: "setDefaultPath", path: "auto" });
  for (const conversation of client.engine?.state.settings.paths.keys() ?? [])
    client.command({ kind: "setPath", conversation, path: null });
}

/** In some worlds two who can be connected write to each other by no other way. */
async function exchangeDirectly(world: World): Promise<void> {
  const { random, scheduler, clients } = world;
  const pairs = ordered(healthy(world)).filter(([from, to]) => canMeet(world, from, to));
  if (pairs.length === 0 || random.chance(0.5)) return;
  // A device whose clock was set learns the server's anew.
  for (const client of clients) client.command({ kind: "disconnect" });
  await scheduler.run(scheduler.nowMs() + LOOK_EVERY_MS);
  for (const client of clients) client.command({ kind: "connect" });
  await rest(world);
  const [one, two] = random.pick(pairs);
  for (const [from, to] of [
    [one, two],
    [two, one],
  ] as const) {
    const conversation = conversationWith(from, to);
    if (conversation === undefined) return;
    from.command({ kind: "setPath", conversation, path: "direct" });
    from.command({ kind: "attend", conversation });
    sendText(world, from, to);
  }
  await rest(world);
}

/** Contacts who see each other, whose platforms can link them, and between whom there is a way. */
function canMeet(world: World, a: ClientNode, b: ClientNode): boolean {
  const { ways } = world.links;
  return (
    [a, b].every(({ canLink, engine }) => canLink && engine?.state.settings.presenceHidden === false) &&
    contactState(a, b) === "accepted" &&
    contactState(b, a) === "accepted" &&
    !world.isExcused(a, b) &&
    (ways.turn || ways.between(a.name, b.name) !== "none")
  );
}

async function acceptAll(world: World): Promise<void> {
  for (const [by, from] of ordered(healthy(world)))
    if (contactState(by, from) === "incoming")
      by.command({ kind: "acceptContact", account: from.person.identity.account });
  await rest(world);
}

/** Everybody writes to everybody they know. When nobody knows anybody any more, they ask each other first. */
async function exchange(world: World): Promise<void> {
  const pairs = ordered(healthy(world));
  const friends = pairs.filter(
    ([from, to]) => contactState(from, to) === "accepted" && conversationWith(from, to) !== undefined,
  );
  for (const [from, to] of friends) sendText(world, from, to);
  if (friends.length === 0) for (const [from, to] of pairs) addContact(world, from, to);
  await rest(world);
  await acceptAll(world);
}

async function rest(world: World): Promise<void> {
  const { scheduler, watch } = world;
  const untilMs = scheduler.nowMs() + REST_WITHIN_MS;
  const stepsBefore = scheduler.steps();
  // Commands of now are under way, not at rest.
  await scheduler.run(scheduler.nowMs() + LOOK_EVERY_MS);
  while (scheduler.nowMs() < untilMs && unrest(world) !== undefined) {
    await scheduler.run(scheduler.nowMs() + LOOK_EVERY_MS);
    if (scheduler.steps() - stepsBefore > MAX_STEPS) {
      watch.violation("livelock", `${unrest(world)} after ${MAX_STEPS} steps`);
      return;
    }
  }
}

/** Entries of the mailbox. Those that a full disk has kept from being acknowledged are so with the next one (NET-5). */
function waitingEntries({ server, faults }: World, mailbox: MailboxId, cursor: number): number {
  return server.look((tx) => {
    const isTakenIn = faults.has("server disk full") && tx.highSequence(mailbox) <= cursor;
    return isTakenIn ? 0 : tx.usage(mailbox).entries;
  });
}

/** What still moves or waits, or `undefined` at rest. */
export function unrest(world: World): string | undefined {
  for (const client of healthy(world)) {
    const { engine, name, person } = client;
    if (engine === undefined) return `${name} is not running`;
    const { state, live } = engine;
    if (live.phase !== "online") return `${name} is ${live.phase}`;
    if (state.position.store !== world.server.look((tx) => tx.storeId))
      return `${name} has not seen the restored server`;
    if (live.inbox.length > 0) return `${name} has entries to take in`;
    if (state.leaving.size > 0) return `${name} has a group to leave`;
    for (const conversation of state.conversations.values()) {
      if (conversation.peer === null) continue;
      const peer = world.clientOf(conversation.peer);
      if (world.isExcused(client, peer)) continue;
      const pending = conversation.group === null ? undefined : state.pending.get(conversation.group);
      if (pending?.takenBy === null) return `${name} has a commit pending with ${peer.name}`;
      if (conversation.state !== "active") continue;
      if (live.held.has(conversation.id)) return `${name} holds the conversation with ${peer.name}`;
      for (const { stage, text } of state.outbox.get(conversation.id)?.values() ?? [])
        if (stage !== "delivered") return `${name}: ${text} to ${peer.name} is ${stage}`;
    }
    const entries = waitingEntries(world, person.identity.mailbox, state.position.cursor);
    if (entries > 0) return `${name} has ${entries} entries in the mailbox`;
  }
  return undefined;
}
