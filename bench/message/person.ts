/** One person as a process of their own: `person.ts NAME HOME SERVER SUITE`, told by the bench what to do. */
import type { SuiteId } from "@sotto/crypto";
import type { ClientEvent } from "sotto";
import { createHome, createNodePlatform } from "sotto/measured";
import type { Answer, Order } from "./orders.ts";
import { probed } from "./probe.ts";

const [userName = "", dir = "", server = "", suite = ""] = process.argv.slice(2);
const PASSWORD = "a long password of the bench";

const probe = probed(createNodePlatform({ dir, suite: Number(suite) as SuiteId, links: false }));
const sotto = await createHome(probe.platform).register({ server, userName, password: PASSWORD });
process.on("message", (order: Order) => {
  obey(order).catch((error: unknown) => answer({ kind: "failed", message: String(error) }));
});
// The bench has ended, however it did.
process.on("disconnect", () => process.exit());
answer({ kind: "ready" });

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case "ask": {
      const accepted = untilContact(order.userName, "accepted");
      await sotto.contacts.add(order.userName);
      await accepted;
      return answer({ kind: "done" });
    }
    case "accept":
      await untilContact(order.userName, "incoming");
      await sotto.contacts.accept(order.userName);
      return answer({ kind: "done" });
    case "send":
      return sendBurst(order);
    case "await":
      return awaitBurst(order.count);
    case "close":
      await sotto.close();
      process.disconnect?.();
  }
}

async function sendBurst(order: Extract<Order, { kind: "send" }>): Promise<void> {
  const conversation = sotto.conversations.withUser(order.userName)?.id;
  if (conversation === undefined) throw new Error(`no conversation with ${order.userName}`);
  const texts = Array.from({ length: order.count }, (_, i) => `${i} `.padEnd(order.sizeBytes, "x"));
  // A receipt that comes early says delivered without saying sent before.
  const sent = new Set<string>();
  const acknowledged = untilEvent(
    (event) => event.type === "state" && sent.add(event.id).size === order.count,
  );
  probe.start();
  const sends = texts.map((text) => sotto.messages.send(conversation, text));
  await acknowledged;
  const burst = probe.stop();
  await Promise.all(sends);
  answer({ kind: "burst", burst });
}

async function awaitBurst(count: number): Promise<void> {
  let next = 0;
  const shown = untilEvent((event) => {
    if (event.type !== "message" || event.message.mine) return false;
    if (!event.message.text.startsWith(`${next} `)) throw new Error(`message ${next} was not the next one`);
    return ++next === count;
  });
  probe.start();
  answer({ kind: "done" });
  await shown;
  answer({ kind: "burst", burst: probe.stop() });
}

function untilContact(name: string, state: string): Promise<void> {
  if (sotto.contacts.list().some((contact) => contact.userName === name && contact.state === state))
    return Promise.resolve();
  return untilEvent((event) => event.type === "contact" && event.userName === name && event.state === state);
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

function answer(said: Answer): void {
  process.send?.(said);
}
