import { expect, test } from "vitest";
import type { UpdatePlatform, Updates } from "./updates.ts";
import { watchUpdates } from "./updates.ts";

const HOUR_MS = 3_600_000;

test("no newer version: nothing is said", async () => {
  const { updates } = await watched({ controlled: true });
  expect(updates.isReady()).toBe(false);
});

test("the first version of all is no news and reloads nothing", async () => {
  const { updates, found, takeOver, reloads } = await watched({ controlled: false });
  found();
  takeOver();
  expect([updates.isReady(), reloads()]).toEqual([false, 0]);
});

test("a version that waits is said, on arrival or from the beginning", async () => {
  const { updates, found } = await watched({ controlled: true });
  let changes = 0;
  const stop = updates.subscribe(() => changes++);
  found();
  expect([updates.isReady(), changes]).toEqual([true, 1]);
  stop();
  expect((await watched({ controlled: true, waiting: true })).updates.isReady()).toBe(true);
});

test("it takes over when asked to, and the page reloads when it has", async () => {
  const { updates, found, takeOver, reloads, posted } = await watched({ controlled: true });
  found();
  expect(posted()).toEqual([]);
  updates.apply();
  expect([posted(), reloads()]).toEqual([["activate"], 0]);
  takeOver();
  expect(reloads()).toBe(1);
});

test("a tab reloads when another one has asked, also one that the first version took over", async () => {
  const { takeOver, reloads } = await watched({ controlled: false });
  takeOver();
  takeOver();
  expect(reloads()).toBe(1);
});

test("newer versions are asked for every hour, and on return after five minutes", async () => {
  const { pass, comeBack, asked } = await watched({ controlled: true });
  comeBack();
  pass(299_999);
  comeBack();
  expect(asked()).toBe(0);
  pass(1);
  comeBack();
  comeBack();
  expect(asked()).toBe(1);
  pass(HOUR_MS);
  expect(asked()).toBe(2);
});

test("a browser that refuses leaves the app as it is", async () => {
  const { updates } = await watched({ controlled: false, refused: true });
  updates.apply();
  expect(updates.isReady()).toBe(false);
});

interface Watched {
  readonly updates: Updates;
  /** A newer version is installed. */
  readonly found: () => void;
  /** A version becomes the controller. */
  readonly takeOver: () => void;
  readonly pass: (ms: number) => void;
  readonly comeBack: () => void;
  readonly reloads: () => number;
  readonly asked: () => number;
  readonly posted: () => readonly unknown[];
}

async function watched(options: {
  readonly controlled: boolean;
  readonly waiting?: boolean;
  readonly refused?: boolean;
}): Promise<Watched> {
  (globalThis as { location?: unknown }).location = {
    href: "https://chat.example/",
    origin: "https://chat.example",
  };
  let nowMs = 0;
  let reloads = 0;
  let asked = 0;
  const posted: unknown[] = [];
  const timers: (() => void)[] = [];
  const returns: (() => void)[] = [];
  const worker = Object.assign(new EventTarget(), {
    postMessage: (message: unknown) => posted.push(message),
  });
  const registration = Object.assign(new EventTarget(), {
    waiting: options.waiting === true ? worker : null,
    installing: null as typeof worker | null,
    update: () => (asked++, Promise.reject(new TypeError("no server"))),
  });
  const container = Object.assign(new EventTarget(), {
    controller: options.controlled ? worker : null,
    register: () =>
      options.refused === true
        ? Promise.reject(new DOMException("", "SecurityError"))
        : Promise.resolve(registration),
  });
  const updates = watchUpdates({
    container,
    loaded: Promise.resolve(),
    nowMs: () => nowMs,
    every: (ms: number, act: () => void) => timers.push(act) && expect(ms).toBe(HOUR_MS),
    onReturn: (act: () => void) => returns.push(act),
    reload: () => reloads++,
  } as unknown as UpdatePlatform);
  await new Promise((resolve) => setTimeout(resolve));
  return {
    updates,
    found() {
      registration.installing = worker;
      registration.dispatchEvent(new Event("updatefound"));
      Object.assign(registration, { installing: null, waiting: worker });
      worker.dispatchEvent(new Event("statechange"));
    },
    takeOver: () => void container.dispatchEvent(new Event("controllerchange")),
    pass(ms) {
      nowMs += ms;
      if (ms >= HOUR_MS) for (const act of timers) act();
    },
    comeBack: () => returns.forEach((act) => act()),
    reloads: () => reloads,
    asked: () => asked,
    posted: () => posted,
  };
}
