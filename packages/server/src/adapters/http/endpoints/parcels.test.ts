/** How long a parcel on its way out takes room (BLB-9). */
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { accepted } from "../../../ports/result.ts";
import { refusal } from "../../../testing/ruleWorld.ts";
import type { Session } from "../access.ts";
import type { ParcelGate } from "../parcelGate.ts";
import { createParcelGate } from "../parcelGate.ts";
import type { Service } from "../service.ts";
import { getParcel } from "./parcels.ts";

const CALLER = { device: "d" } as unknown as Session;
const PARAMS = { blob: "0".repeat(32), leaf: "0" };

class FakeResponse extends EventEmitter {
  closed = false;
  writableFinished = false;
  destroy(): void {
    this.closed = true;
    this.emit("close");
  }
}

let gate: ParcelGate;
let service: Service;
let response: FakeResponse;

beforeEach(() => {
  vi.useFakeTimers();
  gate = createParcelGate(1, 1);
  response = new FakeResponse();
  service = {
    executor: { execute: async () => accepted({ place: "p", sizeBytes: 4096, expiresAtMs: 0 }) },
    blobs: { files: { read: async () => true }, gate, requestsByDevice: { take: () => true } },
    nowMs: () => 0,
  } as unknown as Service;
});
afterEach(() => void vi.useRealTimers());

const ask = () => getParcel(service, CALLER, PARAMS, undefined, response as unknown as ServerResponse);
const hasRoom = (): boolean => {
  const slot = gate.enter("other");
  slot?.leave(true);
  return slot !== undefined;
};

test("BLB-9 until the answer has gone", async () => {
  expect((await ask()).ok).toBe(true);
  expect([hasRoom(), await ask()]).toEqual([false, refusal("slowDown")]);
  response.emit("close");
  expect(hasRoom()).toBe(true);
});

test("BLB-9 not when who asked went before it was his turn", async () => {
  response.closed = true;
  expect((await ask()).ok).toBe(false);
  expect(hasRoom()).toBe(true);
});

test("BLB-9 no longer than a minute, for who takes nothing in", async () => {
  await ask();
  vi.advanceTimersByTime(59_999);
  expect([response.closed, hasRoom()]).toEqual([false, false]);
  vi.advanceTimersByTime(1);
  expect([response.closed, hasRoom()]).toEqual([true, true]);
});
