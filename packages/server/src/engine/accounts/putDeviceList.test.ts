import type { DeviceList } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { TestAccount, TestDevice } from "../../testing/people.ts";
import {
  makeAccount,
  makeDevice,
  proveDevice,
  signList,
  successor,
  testId,
  testSession,
  testVault,
} from "../../testing/people.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import {
  addDevice,
  adding,
  befriend,
  codes,
  createRuleWorld,
  groupRequest,
  mailboxOf,
  outline,
  postRequest,
  refusal,
  value,
} from "../../testing/ruleWorld.ts";

let world: RuleWorld;
let alice: TestAccount;
let bob: TestAccount;

beforeEach(() => {
  world = createRuleWorld();
  alice = world.register("alice");
  bob = world.register("bob");
});

const put = (by: TestDevice, list: DeviceList, signer = alice, vaultVersion: number | null = null) =>
  world.run({
    type: "putDeviceList",
    session: by.session,
    deviceList: signList(signer, list),
    device: by.device,
    keyPackages: { packages: [], lastResort: null },
    vault: vaultVersion === null ? null : testVault(vaultVersion),
  });
const plain = ({ device, leafKey, hpkeKey, mailbox, addedIn, revokedIn }: TestDevice) => ({
  device,
  leafKey,
  hpkeKey,
  mailbox,
  addedIn,
  revokedIn,
});

describe("device list", () => {
  test("ACC-5 a session without a device adds its device and is bound to it", () => {
    const { person, device } = addDevice(world, alice, "laptop");
    expect(value(world.run({ type: "authenticate", session: device.session })).device).toBe(device.device);
    const view = value(world.run({ type: "accountByName", session: bob.device.session, userName: "alice" }));
    expect(view.deviceList).toEqual(signList(person, person.list));
    expect(value(world.run({ type: "hello", session: device.session, storeCounter: 0 })).keyPackages).toBe(1);
  });

  test("ACC-5 only the successor of the stored list is taken", () => {
    const laptop = makeDevice("laptop", 2);
    const next = successor(alice.list, [...alice.list.devices, laptop]);
    expect(put(alice.device, { ...next, version: 3 })).toEqual(refusal("conflict"));
    expect(put(alice.device, { ...next, previousHash: new Uint8Array(32) })).toEqual(refusal("conflict"));
    expect(put(alice.device, next).ok).toBe(true);
    expect(put(alice.device, successor(alice.list, alice.list.devices))).toEqual(refusal("conflict"));
  });

  test("ACC-5 name, id and key of the account stay, and it is the account key that signs", () => {
    const next = successor(alice.list, alice.list.devices);
    const eve = makeAccount("eve");
    expect(put(alice.device, next, eve)).toEqual(refusal("badRequest"));
    expect(put(alice.device, { ...next, accountKey: eve.accountKey }, eve)).toEqual(refusal("forbidden"));
    expect(put(alice.device, { ...next, userName: "eve" })).toEqual(refusal("forbidden"));
    expect(put(alice.device, { ...next, account: eve.account })).toEqual(refusal("forbidden"));
  });

  test("ACC-5 listed devices are never altered, dropped or brought back", () => {
    const { person, device: laptop } = addDevice(world, alice, "laptop");
    const [phone, entry] = [plain(alice.device), plain(laptop)];
    const revoked = { ...entry, revokedIn: 3 };
    const bad = [
      [phone],
      [phone, { ...entry, leafKey: new Uint8Array(32) }],
      [phone, { ...entry, mailbox: testId("other") }] as const,
      [phone, { ...entry, hpkeKey: utf8("other") }],
      [phone, { ...entry, addedIn: 1 }],
      [phone, entry, plain(makeDevice("tablet", 2))],
      [phone, entry, { ...plain(makeDevice("tablet", 1)), revokedIn: 3 }],
    ];
    for (const devices of bad) {
      expect(put(alice.device, successor(person.list, devices as never))).toEqual(refusal("badRequest"));
    }
    const third = successor(person.list, [phone, revoked]);
    value(put(alice.device, third));
    expect(put(alice.device, successor(third, [phone, entry]))).toEqual(refusal("badRequest"));
    expect(put(alice.device, successor(third, [phone, { ...entry, revokedIn: 4 }]))).toEqual(
      refusal("badRequest"),
    );
    expect(put(alice.device, successor(third, [phone, revoked])).ok).toBe(true);
  });

  test("ACC-5 nobody lists a device or mailbox of somebody else", () => {
    const stolen = (change: object) =>
      successor(alice.list, [alice.device, { ...makeDevice("laptop", 2), ...change }]);
    expect(put(alice.device, stolen({ mailbox: bob.device.mailbox }))).toEqual(refusal("conflict"));
    expect(put(alice.device, stolen({ device: bob.device.device }))).toEqual(refusal("conflict"));
  });

  test("ACC-5 a session without a device names no device that was listed before", () => {
    const session = testSession("fresh");
    value(
      world.run({ type: "openSession", userName: "alice", registrationRecord: "record of alice", session }),
    );
    const next = successor(alice.list, alice.list.devices);
    expect(put({ ...alice.device, session }, next)).toEqual(refusal("noDevice"));
  });

  test("ACC-10 needs a recent login", () => {
    world.nowMs += 5 * 60_000 + 1;
    expect(put(alice.device, successor(alice.list, alice.list.devices))).toEqual(
      refusal("recentLoginNeeded"),
    );
  });

  test("ACC-18 the vault changes with the list, or neither does", () => {
    const next = successor(alice.list, alice.list.devices);
    expect(put(alice.device, next, alice, 3)).toEqual(refusal("conflict"));
    value(put(alice.device, next, alice, 2));
    expect(value(world.run({ type: "getVault", session: alice.device.session })).version).toBe(2);
  });

  test("ACC-7 a revoked device loses sessions, key packages, mailbox and groups", () => {
    const { person, device: laptop } = addDevice(world, alice, "laptop");
    befriend(world, alice, bob);
    value(world.run(groupRequest(bob.device, "g", adding(alice.device.mailbox, laptop.mailbox))));
    value(put(alice.device, successor(person.list, [alice.device, { ...plain(laptop), revokedIn: 3 }])));
    expect(world.notices()).toContainEqual({ type: "sessionsEnded", sessions: [laptop.session] });
    expect(world.run({ type: "authenticate", session: laptop.session })).toEqual(refusal("unauthorised"));
    expect(outline(mailboxOf(world, bob.device))).toEqual(["handshake", "departed"]);
    expect(codes(world.run(postRequest(bob.device, "g", 1, "x")))).toEqual(["ok"]);
    expect(outline(mailboxOf(world, alice.device))).toEqual(["welcome", "departed", "message x"]);
    const { packages } = value(
      world.run({ type: "claimKeyPackages", session: bob.device.session, account: alice.account }),
    );
    expect(packages.map(({ device }) => device)).toEqual([alice.device.device]);
    expect(world.store.transaction((tx) => tx.deviceByMailbox(laptop.mailbox))).toBeUndefined();
  });

  test("ACC-5 a list that is refused after all ends no session and tells nobody", () => {
    const { person, device: laptop } = addDevice(world, alice, "laptop");
    const next = successor(person.list, [alice.device, { ...plain(laptop), revokedIn: 3 }]);
    const [outcome] = world.batch([
      {
        type: "putDeviceList",
        session: alice.device.session,
        deviceList: signList(alice, next),
        device: alice.device.device,
        keyPackages: { packages: Array.from({ length: 101 }, () => utf8("k")), lastResort: null },
        vault: null,
      },
    ]);
    expect(outcome).toEqual({ result: refusal("tooLarge"), notices: [] });
    expect(world.run({ type: "authenticate", session: laptop.session }).ok).toBe(true);
    expect(put(alice.device, next).ok).toBe(true);
  });

  test("ACC-7 a revoked device cannot sign itself back in", () => {
    const { person, device: laptop } = addDevice(world, alice, "laptop");
    value(put(alice.device, successor(person.list, [alice.device, { ...plain(laptop), revokedIn: 3 }])));
    const session = testSession("thief");
    value(
      world.run({ type: "openSession", userName: "alice", registrationRecord: "record of alice", session }),
    );
    const proof = proveDevice(laptop, session);
    expect(world.run({ type: "bindDevice", session, device: laptop.device, proof })).toEqual(
      refusal("noDevice"),
    );
  });

  test("ACC-7 a device may revoke itself", () => {
    const { person, device: laptop } = addDevice(world, alice, "laptop");
    value(put(laptop, successor(person.list, [alice.device, { ...plain(laptop), revokedIn: 3 }])));
    expect(world.run({ type: "authenticate", session: laptop.session })).toEqual(refusal("unauthorised"));
    expect(value(world.run({ type: "authenticate", session: alice.device.session })).device).toBe(
      alice.device.device,
    );
  });

  test("ACC-15 who shares a group learns of the new version, and nobody else", () => {
    const carol = world.register("carol");
    const part = befriend(world, alice, bob);
    value(world.run(groupRequest(bob.device, "g", adding(alice.device.mailbox))));
    part();
    value(put(alice.device, successor(alice.list, alice.list.devices)));
    const changed = world.notices().find((notice) => notice.type === "accountChanged");
    expect(changed).toMatchObject({ account: alice.account, version: 2 });
    expect(changed?.mailboxes.toSorted()).toEqual([alice.device.mailbox, bob.device.mailbox].toSorted());
    expect(changed?.mailboxes).not.toContain(carol.device.mailbox);
  });
});
