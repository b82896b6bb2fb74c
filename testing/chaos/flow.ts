/** One direction of a conversation: numbered texts, sent as fast as the client takes them, through kills of it and new keys. */
import { setTimeout as pause } from "node:timers/promises";
import { becomeContacts } from "../support/contacts.ts";
import { conversationWith } from "../support/history.ts";
import { withDeadline } from "../support/deadline.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { RpcEnded } from "../support/rpcClient.ts";
import type { Random } from "../sim/random.ts";
import type { Person } from "./person.ts";

export interface Flow {
  readonly from: Person;
  readonly to: Person;
  /** Texts that the sender's client has taken, in order: from then on it is answerable for them. */
  readonly accepted: string[];
}

/** Everybody becomes everybody's contact; a flow for each direction of each two. */
export async function flowsAmong(people: readonly Person[]): Promise<readonly Flow[]> {
  const pairs = people.flatMap((a, i) => people.slice(i + 1).map((b) => [a, b] as const));
  for (const [a, b] of pairs) await becomeContacts(await a.client(), await b.client());
  return pairs.flatMap(([a, b]): Flow[] => [
    { from: a, to: b, accepted: [] },
    { from: b, to: a, accepted: [] },
  ]);
}

/** Texts that were taken so far. */
export function acceptedIn(flows: readonly Flow[]): number {
  return flows.reduce((sum, { accepted }) => sum + accepted.length, 0);
}

/** Sends asked for at once. */
const WINDOW = 32;
/** How long a window may be on its way before the next one is sent all the same: the server may be down. */
const WINDOW_MS = 2000;
/** Enough of the history's end to hold a window of texts and what came in between. */
const RECENT = 1000;
/** Of new keys after a window. */
const RENEW_CHANCE = 0.1;
const LONG_TEXT_CHANCE = 0.02;
const SHORT_CHARS = 120;
const LONG_CHARS = 6000;

/** Sends texts until there are enough, a window at a time, with a pause of random length up to `maxPauseMs` behind each. */
export async function pump(flow: Flow, random: Random, enough: () => boolean, maxPauseMs = 0): Promise<void> {
  while (!enough()) {
    if (maxPauseMs > 0) await pause(random.between(0, maxPauseMs));
    const texts = nextTexts(flow, random);
    const taken = await send(flow, texts);
    flow.accepted.push(...texts.slice(0, taken));
    if (random.chance(RENEW_CHANCE)) await renewKeys(flow);
  }
}

/** A commit between the messages: what is on its way must be encrypted again, and commits of both sides cross. */
async function renewKeys({ from, to }: Flow): Promise<void> {
  await from.ask(async (client) => {
    await client.call("conversations.renewKeys", { conversation: await conversationWith(client, to.name) });
  });
}

function nextTexts({ from, to, accepted }: Flow, random: Random): readonly string[] {
  return Array.from({ length: WINDOW }, (_, i) => {
    const size = random.between(0, random.chance(LONG_TEXT_CHANCE) ? LONG_CHARS : SHORT_CHARS);
    return `${from.name} to ${to.name} ${accepted.length + i + 1} ${"x".repeat(size)}`;
  });
}

/**
 * How many of the texts the client has taken. When it was killed meanwhile it is asked after its restart: what it had answered or stored is
 * taken, in order, and the rest never was.
 */
async function send({ from, to }: Flow, texts: readonly string[]): Promise<number> {
  const client = await from.client();
  const sent = watchSent(client);
  try {
    const sends = texts.map((text) => client.call("messages.send", { to: `@${to.name}`, text }));
    const results = await Promise.allSettled(sends);
    const failure = results.find((result) => result.status === "rejected");
    if (failure !== undefined && !(failure.reason instanceof RpcEnded)) throw failure.reason;
    const answered = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.id] : []));
    if (failure !== undefined) return Math.max(answered.length, await storedOf(from, to, texts));
    await sent.all(answered);
    return texts.length;
  } finally {
    sent.stop();
  }
}

/** Lets the server keep up: without it, whole runs would wait in outboxes while it is down. */
function watchSent(client: RpcClient): { all(ids: readonly string[]): Promise<void>; stop(): void } {
  const seen = new Set<string>();
  let look = (): void => {};
  const stop = client.on((event) => {
    if (event.type !== "state") return;
    seen.add(event.id);
    look();
  });
  return {
    stop,
    async all(ids) {
      const done = Promise.withResolvers<void>();
      look = () => ids.every((id) => seen.has(id)) && done.resolve();
      look();
      await withDeadline("the window", WINDOW_MS, done.promise).catch(() => {});
    },
  };
}

async function storedOf(from: Person, to: Person, texts: readonly string[]): Promise<number> {
  const recent = await from.ask(async (client) => {
    const conversation = await conversationWith(client, to.name);
    return client.call("messages.list", { conversation, limit: RECENT });
  });
  const stored = new Set(recent.map(({ text }) => text));
  return texts.filter((text) => stored.has(text)).length;
}
