/** The end of trouble in a world of groups: everything runs again, and is given time to come to rest. */
import type { ClientNode } from "../sim/clientNode.ts";
import { contactState } from "../sim/actions.ts";
import { insiders, sendText } from "./actions.ts";
import type { GroupWorld } from "./world.ts";

/** By then a world must have come to rest: pauses of 60 s between lost commits, back-off and silent sockets included. */
const REST_WITHIN_MS = 60 * 60_000;
const LOOK_EVERY_MS = 1000;
/** Two heartbeats without an answer, after one that was (NET-2), and the longest back-off. */
const SILENCE_MS = 3 * 25_000 + 30_000;

/** Devices that shall work again. */
export function healthy({ clients, excused }: GroupWorld): readonly ClientNode[] {
  return clients.filter((client) => !excused.has(client));
}

/** Whoever comes online after this asks for the delivery list (GRP-11). */
const LIST_MS = 25 * 3_600_000;

/** Ends all trouble, waits for rest, has everybody in the group write once more, and waits again. */
export async function heal(world: GroupWorld): Promise<void> {
  const { scheduler, server, clients } = world;
  server.failCommits(0);
  server.crashAfter(Number.POSITIVE_INFINITY, 0);
  for (const client of clients) {
    client.failCommits(0);
    client.crashAfter(Number.POSITIVE_INFINITY, 0);
    Object.assign(client.link, { downUntilMs: 0, deafUntilMs: 0, unreliableUntilMs: 0 });
  }
  // What crashed comes back by itself, and whoever holds a socket that is dead finds out.
  await scheduler.run(scheduler.nowMs() + SILENCE_MS);
  world.cheated?.relay.behave();
  for (const client of healthy(world)) {
    client.start();
    client.command({ kind: "connect" });
  }
  await rest(world);
  if (world.strays.length > 0) await lookAtLists(world);
  for (const client of insiders(world)) if (!world.excused.has(client)) sendText(world, client);
  await rest(world);
}

/** A list that was changed behind the last handshake is found when somebody comes online after a day. */
async function lookAtLists(world: GroupWorld): Promise<void> {
  const { scheduler } = world;
  world.sleep(LIST_MS);
  for (const kind of ["disconnect", "connect"] as const) {
    for (const client of healthy(world)) client.command({ kind });
    await scheduler.run(scheduler.nowMs() + LOOK_EVERY_MS);
  }
  await rest(world);
}

async function rest(world: GroupWorld): Promise<void> {
  const { scheduler, watch } = world;
  const untilMs = scheduler.nowMs() + REST_WITHIN_MS;
  const stepsBefore = scheduler.steps();
  const maxSteps = MAX_STEPS_EACH * world.clients.length;
  // Commands of now are under way, not at rest.
  await scheduler.run(scheduler.nowMs() + LOOK_EVERY_MS);
  while (scheduler.nowMs() < untilMs && unrest(world) !== undefined) {
    await scheduler.run(scheduler.nowMs() + LOOK_EVERY_MS);
    if (scheduler.steps() - stepsBefore > maxSteps)
      return watch.violation("livelock", `${unrest(world)} after ${maxSteps} steps`);
  }
}

const MAX_STEPS_EACH = 30_000;

/** What still moves or waits, or `undefined` at rest. */
export function unrest(world: GroupWorld): string | undefined {
  for (const client of healthy(world)) {
    const moving = unrestOf(world, client) ?? absenceOf(world, client);
    if (moving !== undefined) return `${client.name} ${moving}`;
  }
  return undefined;
}

/**
 * Whether somebody has to put in anew who was kept from the group: a member who is there, may, and is its contact, because the server lets nobody
 * else bring it in (RLY-23). Who is left over has a group that goes on without it.
 */
export function isLeftOut(world: GroupWorld, client: ClientNode): boolean {
  const { watch, cutOff } = world;
  const last = watch.book.last();
  if (!cutOff.has(client) || last === undefined) return false;
  const { owner, admins } = last.charter;
  const keepers = healthy(world).filter((other) => {
    const { account } = other.person.identity;
    return !cutOff.has(other) && last.members.has(account) && [owner, ...admins].includes(account);
  });
  return !keepers.some((keeper) =>
    [contactState(keeper, client), contactState(client, keeper)].every((state) => state === "accepted"),
  );
}

/** Who was kept from the group is to be put in anew while it is a member. */
function absenceOf(world: GroupWorld, client: ClientNode): string | undefined {
  const { conversation, cutOff, server, watch } = world;
  const { engine, person } = client;
  const isMember = watch.book.last()?.members.has(person.identity.account) === true;
  if (!cutOff.has(client) || !isMember || isLeftOut(world, client)) return undefined;
  const record = engine?.state.conversations.get(conversation);
  if (record?.group == null || record.state !== "active") return `is ${record?.state}, and a member`;
  const { group } = record;
  const isListed = server
    .look((tx) => tx.recipients(group))
    .some(({ mailbox }) => mailbox === person.identity.mailbox);
  return isListed ? undefined : "is a member, and not on the delivery list";
}

const ASKED = ["add", "remove", "rename", "role", "leave", "renew", "release", "relist"];

function unrestOf({ conversation, server }: GroupWorld, { engine, person }: ClientNode): string | undefined {
  if (engine === undefined) return "is not running";
  const { state, live } = engine;
  if (live.phase !== "online") return `is ${live.phase}`;
  if (live.inbox.length > 0) return "has entries to take in";
  if (state.leaving.size > 0) return "has a group to leave";
  const [pending] = state.pending.values();
  if (pending !== undefined) return `has a commit pending: ${pending.reason}, index ${pending.index}`;
  for (const wish of state.wishes.get(conversation) ?? [])
    if (ASKED.includes(wish.kind)) return `has a wish: ${wish.kind}`;
  const record = state.conversations.get(conversation);
  if (record?.state === "active") {
    if (live.held.has(conversation)) return "holds the group";
    if (live.listChecks.get(conversation)?.isDone === false) return "is to ask for the delivery list";
    const at =
      record.group === null ? undefined : server.look((tx) => tx.group(record.group as never)?.index);
    if (at !== record.headIndex) return `is at handshake ${record.headIndex}, the server at ${at}`;
    for (const { stage, text } of state.outbox.get(conversation)?.values() ?? [])
      if (stage !== "delivered" && stage !== "sent") return `has ${text} ${stage}`;
  }
  const entries = server.look((tx) =>
    tx.highSequence(person.identity.mailbox) <= state.position.cursor
      ? 0
      : tx.usage(person.identity.mailbox).entries,
  );
  return entries > 0 ? `has ${entries} entries in the mailbox` : undefined;
}
