/** What every part of the visit knows, and how it says what it sees. */
import type { RpcClient } from "../support/rpcClient.ts";
import { nextEvent, until } from "../support/rpcClient.ts";
import type { Lan } from "./network.ts";

export const PASSWORD = "correct horse battery staple";

export interface Site {
  readonly lan: Lan;
  readonly scratch: string;
  readonly onEnd: (end: () => Promise<unknown>) => void;
}

/** What a person has read off the server's terminal, and downloaded. */
export interface Shown {
  readonly url: string;
  readonly plainUrl: string;
  readonly fingerprint: string;
  /** PEM. */
  readonly authority: string;
}

export function contactIs(client: RpcClient, username: string, state: string): Promise<void> {
  return until(client, `${username} as ${state}`, async () => {
    const contacts = await client.call("contacts.list");
    return contacts.some((contact) => contact.username === username && contact.state === state);
  });
}

export function arrives(client: RpcClient, text: string): Promise<unknown> {
  return nextEvent(client, "message", text, (message) => message.text === text);
}

/** Throws unless both are the same as JSON. */
export function same(seen: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a} instead of ${b}`);
}

export function contains(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`"${part}" is not in "${text}"`);
}
