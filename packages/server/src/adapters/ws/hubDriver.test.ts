import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Hub, HubEffect, HubEvent } from "../../ports/hub.ts";
import type { RequestExecutor } from "../../ports/requestExecutor.ts";
import { accepted } from "../../ports/result.ts";
import type { SocketEffect } from "./hubDriver.ts";
import { createHubDriver } from "./hubDriver.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A hub that answers each event as a test says and remembers what it was told. */
function scripted(answer: (event: HubEvent) => readonly HubEffect[]): { hub: Hub; told: string[] } {
  const told: string[] = [];
  return { told, hub: { connections: () => 0, handle: (event) => (told.push(event.type), answer(event)) } };
}

const execute = (async () => accepted({})) as RequestExecutor["execute"];
const nowMs = (): number => Date.now();
const send = (connection: number): HubEffect => ({ type: "send", connection, bytes: new Uint8Array() });

test("an event told from within an effect waits until the effects before it are carried out", () => {
  const { hub, told } = scripted((event) => (event.type === "opened" ? [send(1), send(2)] : []));
  const done: string[] = [];
  const driver = createHubDriver({
    hub,
    execute,
    nowMs,
    onSocketEffect(effect) {
      done.push(`${effect.type} ${effect.connection} after ${told.length}`);
      driver.tell({ type: "congested", connection: effect.connection });
    },
  });
  driver.tell({ type: "opened", connection: 1 });
  expect(done).toEqual(["send 1 after 1", "send 2 after 1"]);
  expect(told).toEqual(["opened", "congested", "congested"]);
});

test("results come back with their ticket, the timer once and at its time", async () => {
  const { hub, told } = scripted((event) => {
    if (event.type !== "opened") return [];
    return [
      { type: "execute", ticket: 7, request: { type: "info" } },
      { type: "timer", atMs: nowMs() + 50 },
      { type: "timer", atMs: nowMs() + 100 },
    ];
  });
  const driver = createHubDriver({ hub, execute, nowMs, onSocketEffect: () => {} });
  driver.tell({ type: "opened", connection: 1 });
  await vi.advanceTimersByTimeAsync(99);
  expect(told).toEqual(["opened", "committed"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual(["opened", "committed", "timer"]);
});

test("a stopped driver tells nothing more", async () => {
  const { hub, told } = scripted(() => [{ type: "timer", atMs: nowMs() + 1 }]);
  const effects: SocketEffect[] = [];
  const driver = createHubDriver({ hub, execute, nowMs, onSocketEffect: (effect) => effects.push(effect) });
  driver.tell({ type: "timer" });
  driver.stop();
  driver.tell({ type: "timer" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual(["timer"]);
});
