/** One direction of a conversation: numbered texts, sent as fast as the client takes them, through kills of it. */
import { conversationWith } from "../support/history.ts";
import { RpcEnded } from "../support/rpcClient.ts";
import type { Random } from "../sim/random.ts";
import type { Person } from "./person.ts";

export interface Flow {
  readonly from: Person;
  readonly to: Person;
  /** Texts to be sent in all. */
  readonly total: number;
  /** Texts that the sender's client has taken, in order: from then on it is answerable for them. */
  readonly accepted: string[];
}

/** Sends asked for at once. */
const WINDOW = 32;
/** Enough of the history's end to hold a window of texts and what came in between. */
const RECENT = 1000;
const LONG_TEXT_CHANCE = 0.02;
const SHORT_CHARS = 120;
const LONG_CHARS = 6000;

/** Sends all texts of the flow. */
export async function pump(flow: Flow, random: Random): Promise<void> {
  while (flow.accepted.length < flow.total) {
    const texts = nextTexts(flow, random);
    const taken = await send(flow, texts);
    flow.accepted.push(...texts.slice(0, taken));
  }
}

function nextTexts({ from, to, total, accepted }: Flow, random: Random): readonly string[] {
  const count = Math.min(WINDOW, total - accepted.length);
  return Array.from({ length: count }, (_, i) => {
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
  const sends = texts.map((text) => client.call("messages.send", { to: `@${to.name}`, text }));
  const results = await Promise.allSettled(sends);
  const failure = results.find((result) => result.status === "rejected");
  if (failure === undefined) return texts.length;
  if (!(failure.reason instanceof RpcEnded)) throw failure.reason;
  const answered = results.filter(({ status }) => status === "fulfilled").length;
  return Math.max(answered, await storedOf(from, to, texts));
}

async function storedOf(from: Person, to: Person, texts: readonly string[]): Promise<number> {
  const recent = await from.ask(async (client) => {
    const conversation = await conversationWith(client, to.name);
    return client.call("messages.list", { conversation, limit: RECENT });
  });
  const stored = new Set(recent.map(({ text }) => text));
  return texts.filter((text) => stored.has(text)).length;
}
