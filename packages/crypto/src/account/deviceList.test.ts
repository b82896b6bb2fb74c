import type { AccountId, DeviceId, DeviceList, ListedDevice, MailboxId } from "@sotto/protocol";
import { decodeSignedDeviceList, encodeSignedDeviceList, HASH_BYTES, idOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeAccount } from "../testing/devices.ts";
import type { VerifiedDeviceList } from "./deviceList.ts";
import { activeDevices, deviceListHash, signDeviceList, verifyDeviceList } from "./deviceList.ts";

const provider = createNobleProvider(seededRandom("device list"));
const owner = makeAccount(provider);

function device(addedIn: number): ListedDevice {
  const [id, mailbox] = [idOf<DeviceId>(provider.random(16)), idOf<MailboxId>(provider.random(16))];
  return {
    device: id,
    leafKey: provider.random(32),
    hpkeKey: provider.random(1216),
    mailbox,
    addedIn,
    revokedIn: null,
  };
}

const first: DeviceList = {
  userName: "alice",
  account: owner.account,
  accountKey: owner.key.publicKey,
  recoverySigningKey: null,
  recoveryHpkeKey: null,
  vaultKey: null,
  previousHash: new Uint8Array(HASH_BYTES),
  version: 1,
  devices: [device(1)],
};

const sign = (list: DeviceList, key = owner.key.privateKey): Promise<Uint8Array> =>
  signDeviceList(provider, list, key);

async function verified(list: DeviceList): Promise<VerifiedDeviceList> {
  const result = await verifyDeviceList(provider, await sign(list));
  if (!result.ok) throw new Error(result.reason);
  return result.list;
}

async function successor(changes: Partial<DeviceList> = {}): Promise<DeviceList> {
  const { hash } = await verified(first);
  return { ...first, previousHash: hash, version: 2, devices: [...first.devices, device(2)], ...changes };
}

async function reasonFor(
  list: DeviceList | Uint8Array,
  previous: VerifiedDeviceList | undefined,
): Promise<string> {
  const bytes = list instanceof Uint8Array ? list : await sign(list);
  const pin = { account: owner.account, accountKey: owner.key.publicKey };
  const result = await verifyDeviceList(provider, bytes, previous === undefined ? pin : { ...pin, previous });
  return result.ok ? "ok" : result.reason;
}

test("ACC-4: a signed list verifies, alone and against its pin, and tells its hash", async () => {
  const bytes = await sign(first);
  const result = await verifyDeviceList(provider, bytes, {
    account: owner.account,
    accountKey: owner.key.publicKey,
  });
  expect(result).toMatchObject({ ok: true, list: first });
  const list = decodeSignedDeviceList(bytes)?.list as Uint8Array;
  expect(result.ok && result.list.hash).toEqual(deviceListHash(provider, list));
});

test("ACC-4: lists form a chain: the next one, and the known one again", async () => {
  const previous = await verified(first);
  expect(await reasonFor(await successor(), previous)).toBe("ok");
  expect(await reasonFor(first, previous)).toBe("ok");
  const revoking = await successor({
    devices: [{ ...(first.devices[0] as ListedDevice), revokedIn: 2 }, device(2)],
  });
  expect(await reasonFor(revoking, previous)).toBe("ok");
  expect(activeDevices(revoking)).toHaveLength(1);
});

test("every altered bit is malformed or forged", async () => {
  const bytes = await sign({ ...first, devices: [] });
  for (let i = 0; i < bytes.length; i++) {
    const altered = bytes.slice();
    altered[i] = (altered[i] as number) ^ 4;
    expect(await reasonFor(altered, undefined)).toMatch(/^(malformed|forged)$/);
  }
});

test("a server's list under its own key is another key: attacks 1, 10, 35", async () => {
  const mallory = makeAccount(provider);
  const forged = { ...first, accountKey: mallory.key.publicKey };
  expect(await reasonFor(await sign(forged, mallory.key.privateKey), undefined)).toBe("otherKey");
  expect(await reasonFor(await sign(first, mallory.key.privateKey), undefined)).toBe("forged");
  const swapped = {
    ...(decodeSignedDeviceList(await sign(first)) as { list: Uint8Array; signature: Uint8Array }),
  };
  const other = decodeSignedDeviceList(await sign(await successor()));
  expect(
    await reasonFor(
      encodeSignedDeviceList({ ...swapped, signature: other?.signature as Uint8Array }),
      undefined,
    ),
  ).toBe("forged");
});

test.each<readonly [string, Partial<DeviceList>]>([
  ["otherAccount", { account: idOf<AccountId>(new Uint8Array(16)) }],
  ["otherName", { userName: "mallory" }],
  ["gap", { version: 3 }],
  ["broken", { previousHash: new Uint8Array(HASH_BYTES).fill(1) }],
  ["broken", { previousHash: new Uint8Array(HASH_BYTES) }],
  ["broken", { devices: [] }],
  [
    "broken",
    { devices: [{ ...(first.devices[0] as ListedDevice), mailbox: idOf<MailboxId>(new Uint8Array(16)) }] },
  ],
  ["broken", { devices: [{ ...(first.devices[0] as ListedDevice), addedIn: 2 }] }],
])("%s: %o", async (reason, changes) => {
  expect(await reasonFor(await successor(changes), await verified(first))).toBe(reason);
});

test("rollback: an older list, or another one with the known version", async () => {
  const second = await successor();
  const pin = { account: owner.account, accountKey: owner.key.publicKey };
  const result = await verifyDeviceList(provider, await sign(second), {
    ...pin,
    previous: await verified(first),
  });
  if (!result.ok) throw new Error(result.reason);
  expect(await reasonFor(first, result.list)).toBe("rollback");
  expect(await reasonFor({ ...second, devices: first.devices }, result.list)).toBe("rollback");
});

test("broken: a revoked device does not come back", async () => {
  const revoked = await successor({ devices: [{ ...(first.devices[0] as ListedDevice), revokedIn: 2 }] });
  const previous = await verified(revoked);
  const back = { ...revoked, version: 3, previousHash: previous.hash, devices: first.devices };
  expect(await reasonFor(back, previous)).toBe("broken");
});

test("broken: a first list with a predecessor, a later one without", async () => {
  expect(await reasonFor({ ...first, previousHash: new Uint8Array(HASH_BYTES).fill(1) }, undefined)).toBe(
    "broken",
  );
  expect(await reasonFor({ ...first, version: 2 }, undefined)).toBe("broken");
});

test("a list that readers would refuse is not signed", async () => {
  await expect(sign({ ...first, userName: "No" })).rejects.toBeInstanceOf(RangeError);
  await expect(sign({ ...first, devices: [...first.devices, ...first.devices] })).rejects.toBeInstanceOf(
    RangeError,
  );
});
