/** One end of ours: `person.ts NAME HOME SERVER FINGERPRINT`, a device with its store, told by the bench what to do. */
import type { ClientEvent } from "sotto";
import { openNodeHome, pinServer } from "sotto/node";
import { median } from "../harness/median.ts";
import type { Order } from "./orders.ts";
import { answer, monotonicMs, obeyOrders } from "./orders.ts";

const [userName = "", dir = "", server = "", fingerprint = ""] = process.argv.slice(2);
await pinServer({ dir, server, fingerprint });
const sotto = await openNodeHome({ dir }).register({
  server,
  userName,
  password: "a long password of the bench",
});
let peer = "";
/** The one who is called leaves the choice to the other, so that two calls do not cross. */
let isCalled = false;
obeyOrders(obey);

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case "befriend":
      peer = order.userName;
      if (order.asks) await sotto.contacts.add(peer);
      else {
        await until(() => stateOfPeer() === "incoming");
        await sotto.contacts.accept(peer);
      }
      await until(() => stateOfPeer() === "accepted");
      return answer({ kind: "done" });
    case "call":
      return call();
    case "expect":
      isCalled = true;
      await sotto.conversations.setPath(conversation(), "direct");
      answer({ kind: "done" });
      return tellLinked(monotonicMs());
    case "unlink":
      if (!isCalled) await sotto.conversations.setPath(conversation(), "relay");
      await until(() => link()?.state === "none");
      return answer({ kind: "done" });
    case "send":
      return send(order);
    case "await":
      return awaitMessages(order.count);
    case "echo":
      return echo(order.count);
    case "trips":
      return trips(order);
    case "close":
      await sotto.close();
      process.disconnect?.();
  }
}

/** From the choice that lets the device call: one transaction more than looking at a conversation costs. */
async function call(): Promise<void> {
  const askedMs = monotonicMs();
  const linked = tellLinked(askedMs);
  await sotto.conversations.setPath(conversation(), "direct");
  await sotto.conversations.attend(conversation());
  await linked;
}

async function tellLinked(askedMs: number): Promise<void> {
  await until(() => link()?.state === "open");
  answer({ kind: "linked", askedMs, openMs: monotonicMs() });
}

async function send({ count, sizeBytes }: Extract<Order, { kind: "send" }>): Promise<void> {
  const id = conversation();
  const delivered = new Set<string>();
  const all = untilEvent(
    (event) =>
      event.type === "state" && event.state === "delivered" && delivered.add(event.id).size === count,
  );
  const startedMs = monotonicMs();
  const sends = Array.from({ length: count }, (_, i) =>
    sotto.messages.send(id, `${i} `.padEnd(sizeBytes, "x")),
  );
  await all;
  const endedMs = monotonicMs();
  await Promise.all(sends);
  answer({ kind: "burst", startedMs, endedMs });
}

async function awaitMessages(count: number): Promise<void> {
  let next = 0;
  const startedMs = monotonicMs();
  const shown = untilEvent((event) => {
    if (event.type !== "message" || event.message.mine) return false;
    const { text, path } = event.message;
    if (!text.startsWith(`${next} `) || path !== "direct")
      throw new Error(`message ${next} was not the next one, or came by the relay`);
    return ++next === count;
  });
  answer({ kind: "done" });
  await shown;
  answer({ kind: "burst", startedMs, endedMs: monotonicMs() });
}

async function echo(count: number): Promise<void> {
  let echoed = 0;
  const done = untilEvent((event) => {
    if (event.type !== "message" || event.message.mine) return false;
    void sotto.messages.send(conversation(), event.message.text);
    return ++echoed === count;
  });
  answer({ kind: "done" });
  await done;
}

async function trips({ count, sizeBytes }: Extract<Order, { kind: "trips" }>): Promise<void> {
  const id = conversation();
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const text = `trip ${i} `.padEnd(sizeBytes, "x");
    const back = untilEvent(
      (event) => event.type === "message" && !event.message.mine && event.message.text === text,
    );
    const startedMs = monotonicMs();
    await sotto.messages.send(id, text);
    await back;
    times.push(monotonicMs() - startedMs);
  }
  answer({ kind: "trips", medianMs: median(times) });
}

function conversation() {
  const found = sotto.conversations.withUser(peer);
  if (found === undefined) throw new Error(`no conversation with ${peer}`);
  return found.id;
}

function link() {
  return sotto.conversations.withUser(peer)?.link;
}

function stateOfPeer(): string | undefined {
  return sotto.contacts.list().find((contact) => contact.userName === peer)?.state;
}

function until(condition: () => boolean): Promise<void> {
  return condition() ? Promise.resolve() : untilEvent(condition);
}

function untilEvent(matches: (event: ClientEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = sotto.on((event) => {
      if (!matches(event)) return;
      queueMicrotask(stop);
      resolve();
    });
  });
}
