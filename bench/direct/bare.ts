/**
 * A bare end: one data channel of the platform's WebRTC, with signals in plain text over a WebSocket on which everybody hears everybody. No
 * cryptography but DTLS, and no store unless it is asked for. Runs in Node and in a page.
 */
import { median } from "../harness/median.ts";
import type { Order, OrderedEnd, Say } from "./orders.ts";
import { momentMs } from "./orders.ts";

export interface Signal {
  readonly sdp?: { readonly text: string; readonly type: "offer" | "answer" };
  readonly candidate?: { readonly line: string; readonly mid: string };
}

/** The platform's connection. */
export interface BareLink {
  offer(): void;
  hear(signal: Signal): void;
  send(message: string): void;
  close(): void;
}

export interface BareHandlers {
  readonly onSignal: (signal: Signal) => void;
  readonly onOpen: () => void;
  readonly onMessage: (message: string) => void;
}

export interface BarePlatform {
  open(handlers: BareHandlers): BareLink;
  /** Of the switchboard, to whom this end has been connected. */
  tell(signal: string): void;
  /** Called before a message is sent, and before one that has come is taken. */
  store(message: string): void;
}

export interface BareEnd extends OrderedEnd {
  /** A message of the switchboard. */
  hear(signal: string): void;
}

export function createBareEnd(platform: BarePlatform, say: Say): BareEnd {
  let link: BareLink | undefined;
  let take: (message: string) => void = () => {};
  let opened = Promise.withResolvers<void>();
  return { obey, hear: (signal) => link?.hear(JSON.parse(signal) as Signal) };

  async function obey(order: Order): Promise<void> {
    switch (order.kind) {
      case "befriend":
        return say({ kind: "done" });
      case "call": {
        const askedMs = momentMs();
        prepare().offer();
        return tellLinked(askedMs);
      }
      case "expect":
        prepare();
        say({ kind: "done" });
        return tellLinked(momentMs());
      case "unlink":
        link?.close();
        link = undefined;
        return say({ kind: "done" });
      case "send":
        return send(order);
      case "await":
        return awaitMessages(order.count);
      case "echo":
        take = put;
        return say({ kind: "done" });
      case "trips":
        return trips(order);
      case "close":
        link?.close();
        return say({ kind: "done" });
    }
  }

  function prepare(): BareLink {
    opened = Promise.withResolvers();
    const made = platform.open({
      onSignal: (signal) => platform.tell(JSON.stringify(signal)),
      onOpen: () => opened.resolve(),
      onMessage(message) {
        platform.store(message);
        take(message);
      },
    });
    link = made;
    return made;
  }

  function put(message: string): void {
    platform.store(message);
    link?.send(message);
  }

  async function tellLinked(askedMs: number): Promise<void> {
    await opened.promise;
    say({ kind: "linked", askedMs, openMs: momentMs() });
  }

  /** The other side says when it has all. */
  async function send({ count, sizeBytes }: Extract<Order, { kind: "send" }>): Promise<void> {
    const taken = new Promise<void>((resolve) => {
      take = () => resolve();
    });
    const startedMs = momentMs();
    for (let i = 0; i < count; i++) put(`${i} `.padEnd(sizeBytes, "x"));
    await taken;
    say({ kind: "burst", startedMs, endedMs: momentMs() });
  }

  async function awaitMessages(count: number): Promise<void> {
    const startedMs = momentMs();
    let came = 0;
    const all = new Promise<void>((resolve) => {
      take = () => {
        if (++came === count) resolve();
      };
    });
    say({ kind: "done" });
    await all;
    put("all");
    say({ kind: "burst", startedMs, endedMs: momentMs() });
  }

  async function trips({ count, sizeBytes }: Extract<Order, { kind: "trips" }>): Promise<void> {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const back = new Promise<void>((resolve) => {
        take = () => resolve();
      });
      const startedMs = momentMs();
      put(`trip ${i} `.padEnd(sizeBytes, "x"));
      await back;
      times.push(momentMs() - startedMs);
    }
    say({ kind: "trips", medianMs: median(times) });
  }
}
