/** One end of ours: a device with its store, told by the bench what to do. Runs in Node and in a page. */
import type { ClientEvent, Sotto } from "sotto";
import { median } from "../harness/median.ts";
import type { Order, OrderedEnd, Say } from "./orders.ts";
import { momentMs } from "./orders.ts";

export function createDeviceEnd(sotto: Sotto, say: Say): OrderedEnd {
  let peer = "";
  /** The one who is called leaves the choice to the other, so that two calls do not cross. */
  let isCalled = false;
  return { obey };

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
        return say({ kind: "done" });
      case "call":
        return call();
      case "expect":
        if (!isCalled) await sotto.conversations.setPath(conversation(), "direct");
        isCalled = true;
        say({ kind: "done" });
        return tellLinked(momentMs());
      case "unlink":
        if (!isCalled) await sotto.conversations.setPath(conversation(), "relay");
        await until(() => link()?.state === "none");
        return say({ kind: "done" });
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
        return say({ kind: "done" });
    }
  }

  /** From the choice that lets the device call: one transaction more than looking at a conversation costs. */
  async function call(): Promise<void> {
    const askedMs = momentMs();
    const linked = tellLinked(askedMs);
    await sotto.conversations.setPath(conversation(), "direct");
    await sotto.conversations.attend(conversation());
    await linked;
  }

  async function tellLinked(askedMs: number): Promise<void> {
    await until(() => link()?.state === "open");
    say({ kind: "linked", askedMs, openMs: momentMs() });
  }

  async function send({ count, sizeBytes }: Extract<Order, { kind: "send" }>): Promise<void> {
    const id = conversation();
    const delivered = new Set<string>();
    const all = untilEvent(
      (event) =>
        event.type === "state" && event.state === "delivered" && delivered.add(event.id).size === count,
    );
    const startedMs = momentMs();
    const sends = Array.from({ length: count }, (_, i) =>
      sotto.messages.send(id, `${i} `.padEnd(sizeBytes, "x")),
    );
    await all;
    const endedMs = momentMs();
    await Promise.all(sends);
    say({ kind: "burst", startedMs, endedMs });
  }

  async function awaitMessages(count: number): Promise<void> {
    let next = 0;
    const startedMs = momentMs();
    const shown = untilEvent((event) => {
      if (event.type !== "message" || event.message.mine) return false;
      const { text, path } = event.message;
      if (!text.startsWith(`${next} `) || path !== "direct")
        throw new Error(`message ${next} was not the next one, or came by the relay`);
      return ++next === count;
    });
    say({ kind: "done" });
    await shown;
    say({ kind: "burst", startedMs, endedMs: momentMs() });
  }

  async function echo(count: number): Promise<void> {
    let echoed = 0;
    const done = untilEvent((event) => {
      if (event.type !== "message" || event.message.mine) return false;
      void sotto.messages.send(conversation(), event.message.text);
      return ++echoed === count;
    });
    say({ kind: "done" });
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
      const startedMs = momentMs();
      await sotto.messages.send(id, text);
      await back;
      times.push(momentMs() - startedMs);
    }
    say({ kind: "trips", medianMs: median(times) });
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
}
