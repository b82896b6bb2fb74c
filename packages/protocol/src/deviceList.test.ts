import { describe, expect, it } from "vitest";
import type { DeviceList, ListedDevice } from "./deviceList.ts";
import {
  decodeSignedDeviceList,
  encodeDeviceList,
  encodeSignedDeviceList,
  parseDeviceList,
} from "./deviceList.ts";
import { idOf } from "./ids.ts";

const filled = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value);
const device = (seed: number, over: Partial<ListedDevice> = {}): ListedDevice => ({
  device: idOf(filled(16, seed)),
  leafKey: filled(32, seed),
  hpkeKey: filled(1216, seed),
  mailbox: idOf(filled(16, seed + 100)),
  addedIn: 1,
  revokedIn: null,
  ...over,
});
const list = (over: Partial<DeviceList> = {}): DeviceList => ({
  userName: "alice",
  account: idOf(filled(16, 1)),
  accountKey: filled(32, 2),
  recoverySigningKey: null,
  recoveryHpkeKey: null,
  vaultKey: filled(1216, 3),
  previousHash: filled(32, 0),
  version: 2,
  devices: [device(1), device(2, { addedIn: 1, revokedIn: 2 })],
  ...over,
});

describe("ACC-4: device lists", () => {
  it("round-trip", () => {
    expect(parseDeviceList(encodeDeviceList(list()))).toEqual(list());
    const signed = { list: encodeDeviceList(list()), signature: filled(64, 9) };
    expect(decodeSignedDeviceList(encodeSignedDeviceList(signed))).toEqual(signed);
  });

  it.each([
    ["a name with a capital", list({ userName: "Alice" })],
    ["a name of two", list({ userName: "al" })],
    ["version 0", list({ version: 0 })],
    ["one device twice", list({ devices: [device(1), device(2, { device: idOf(filled(16, 1)) })] })],
    ["one mailbox twice", list({ devices: [device(1), device(2, { mailbox: idOf(filled(16, 101)) })] })],
    ["one leaf key twice", list({ devices: [device(1), device(2, { leafKey: filled(32, 1) })] })],
    ["a device of a later version", list({ devices: [device(1, { addedIn: 3 })] })],
    ["revoked before it was added", list({ devices: [device(1, { addedIn: 2, revokedIn: 2 })] })],
  ])("%s is refused", (_, bad) => {
    expect(parseDeviceList(encodeDeviceList(bad))).toBeUndefined();
  });
});
