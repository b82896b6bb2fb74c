/** What people do in a world: ask each other for contact, answer, write, read, renew keys. */
import type { ConversationId, FileManifest } from "@sotto/protocol";
import type { Command, ContactState } from "sotto/simulation";
import type { ClientNode } from "./clientNode.ts";
import { offersOf } from "./offers.ts";
import { pairsOf } from "./pairs.ts";
import type { SentText, World } from "./world.ts";

/** What `client` thinks of `other`. */
export function contactState(client: ClientNode, other: ClientNode): ContactState | undefined {
  return client.engine?.state.contacts.get(other.person.identity.account)?.state;
}

export function conversationWith(client: ClientNode, other: ClientNode): ConversationId | undefined {
  const conversations = client.engine?.state.conversations.values() ?? [];
  return [...conversations].find(({ peer }) => peer === other.person.identity.account)?.id;
}

/** Texts that an engine has taken. */
export function acceptedTexts({ texts }: World): number {
  return texts.filter(({ accepted }) => accepted).length;
}

/** One thing that somebody does now. */
export function act(world: World): void {
  const { random } = world;
  const dice = random.next();
  if (dice < 0.15 && answerRequest(world)) return;
  if (dice < 0.27 && requestContact(world)) return;
  if (dice < 0.37 && command(world, "markRead")) return;
  if (dice < 0.42 && command(world, "renewKeys")) return;
  if (dice < 0.44) return reconnect(world);
  if (dice < 0.46) return changePresence(world);
  if (dice < 0.5 && command(world, "attend")) return;
  if (!write(world) && !answerRequest(world)) requestContact(world);
}

/** Somebody writes to somebody who can be written to. */
function write(world: World): boolean {
  const from = ordered(world.clients).filter(
    ([from, to]) =>
      ["accepted", "outgoing"].includes(contactState(from, to) ?? "") &&
      conversationWith(from, to) !== undefined,
  );
  if (from.length === 0) return false;
  const [sender, recipient] = world.random.pick(from);
  const burst = world.random.chance(0.2) ? world.random.between(2, 5) : 1;
  for (let i = 0; i < burst; i++) sendText(world, sender, recipient);
  return true;
}

export function sendText(world: World, from: ClientNode, to: ClientNode): void {
  const conversation = conversationWith(from, to);
  if (conversation === undefined) return;
  const isMutual = contactState(from, to) === "accepted";
  const sent = newText(world, from, to, isMutual ? offersOf(world.seed, `m${world.texts.length}`) : []);
  // A few are longer than the smallest bucket of the padding.
  const text = world.random.chance(0.05) ? `${sent.text} ${"x".repeat(400)}` : sent.text;
  const { files } = sent;
  const message: Command =
    files.length === 0
      ? { kind: "sendText", conversation, text, replyTo: null }
      : { kind: "sendFiles", conversation, text, files };
  from.command(message, (result) => {
    if (result.ok) Object.assign(sent, { accepted: true, id: result.message });
  });
}

export function addContact(world: World, from: ClientNode, to: ClientNode): void {
  const sent = world.random.chance(0.6) ? newText(world, from, to) : undefined;
  const request: Command = {
    kind: "addContact",
    userName: to.person.identity.userName,
    text: sent?.text ?? null,
  };
  from.command(request, (result) => {
    if (result.ok && sent !== undefined && result.message !== undefined)
      Object.assign(sent, { accepted: true, id: result.message });
  });
}

function newText(
  world: World,
  from: ClientNode,
  to: ClientNode,
  files: readonly FileManifest[] = [],
): SentText {
  const sent: SentText = { text: `m${world.texts.length}`, files, from, to, accepted: false, id: undefined };
  world.texts.push(sent);
  return sent;
}

function requestContact(world: World): boolean {
  const strangers = ordered(world.clients).filter(
    ([from, to]) =>
      ["none", "removed"].includes(contactState(from, to) ?? "none") &&
      ["none", "removed"].includes(contactState(to, from) ?? "none"),
  );
  if (strangers.length === 0) return false;
  const [from, to] = world.random.pick(strangers);
  addContact(world, from, to);
  return true;
}

function answerRequest(world: World): boolean {
  const asked = ordered(world.clients).filter(([by, from]) => contactState(by, from) === "incoming");
  if (asked.length === 0) return false;
  const [by, from] = world.random.pick(asked);
  const kind = world.random.chance(0.9) ? "acceptContact" : "declineContact";
  by.command({ kind, account: from.person.identity.account });
  return true;
}

function command(world: World, kind: "markRead" | "renewKeys" | "attend"): boolean {
  const client = world.random.pick(world.clients);
  const conversations = [...(client.engine?.state.conversations.keys() ?? [])];
  if (conversations.length === 0) return false;
  client.command({ kind, conversation: world.random.pick(conversations) });
  return true;
}

function reconnect(world: World): void {
  const client = world.random.pick(world.clients);
  client.command({ kind: "disconnect" });
  world.scheduler.after(world.random.between(10, 5000), () => client.command({ kind: "connect" }));
}

/** Somebody hides, or shows themselves again. */
function changePresence(world: World): void {
  const client = world.random.pick(world.clients);
  const hidden = client.engine?.state.settings.presenceHidden !== true;
  client.command({ kind: "setPresenceHidden", hidden });
}

/** Both orders of every two devices that run. */
export function ordered(clients: readonly ClientNode[]): readonly (readonly [ClientNode, ClientNode])[] {
  return pairsOf(clients)
    .flatMap(([a, b]): (readonly [ClientNode, ClientNode])[] => [
      [a, b],
      [b, a],
    ])
    .filter(([from]) => from.engine !== undefined);
}
