import { utf8 } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { TestAccount } from "../../testing/people.ts";
import { makeAccount, registration, signList, successor, testId, testVault } from "../../testing/people.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import {
  adding,
  befriend,
  createRuleWorld,
  groupRequest,
  mailboxOf,
  outline,
  refusal,
  senderOf,
  value,
} from "../../testing/ruleWorld.ts";

let world: RuleWorld;
beforeEach(() => {
  world = createRuleWorld();
});

describe("registration", () => {
  test("ACC-1 an account begins with device, session, vault and key packages", () => {
    const alice = world.register("alice");
    const { session } = alice.device;
    expect(value(world.run({ type: "authenticate", session }))).toEqual({
      account: alice.account,
      userName: "alice",
      device: alice.device.device,
      recent: true,
    });
    expect(value(world.run({ type: "getVault", session }))).toEqual(testVault(1));
    expect(value(world.run({ type: "hello", session, storeCounter: 0 }))).toMatchObject({
      keyPackages: 2,
      storeCounter: 0,
      highSequence: 0,
      pairs: [],
      mailbox: alice.device.mailbox,
    });
  });

  test("ACC-1 user names are unique and of the one pattern", () => {
    world.register("alice");
    expect(world.run(registration(makeAccount("alice")))).toEqual(refusal("userNameTaken"));
    expect(world.run({ ...registration(makeAccount("bob")), userName: "Bob" })).toEqual(
      refusal("badUserName"),
    );
  });

  test("ACC-1 closed registration takes nobody", () => {
    world = createRuleWorld({ registration: "closed" });
    expect(world.run(registration(makeAccount("alice")))).toEqual(refusal("registrationClosed"));
  });

  test("ACC-4 a first list that is not the account's own, signed and with one device is refused", () => {
    const alice = makeAccount("alice");
    const request = registration(alice);
    const wrong = (list: Partial<typeof alice.list>) => ({
      ...request,
      deviceList: signList(alice, { ...alice.list, ...list }),
    });
    const bad = [
      { ...request, deviceList: utf8("garbage") },
      wrong({ userName: "bob" }),
      wrong({ account: testId("other") }),
      wrong({ version: 2 }),
      wrong({ devices: [] }),
      wrong({ devices: [alice.device, makeAccount("bob").device] }),
      wrong({ previousHash: new Uint8Array(32).fill(1) }),
      wrong({ accountKey: makeAccount("eve").accountKey }),
      { ...request, deviceList: signList(makeAccount("eve"), alice.list) },
      { ...request, vault: testVault(2) },
    ];
    for (const item of bad) expect(world.run(item)).toEqual(refusal("badRequest"));
    expect(world.run(request).ok).toBe(true);
  });

  test("ACC-4 nobody registers with an account, device or mailbox id of somebody else, and nothing remains of the try", () => {
    const alice = world.register("alice");
    const eve = makeAccount("eve");
    const withDevice = (change: object) => {
      const list = { ...eve.list, devices: [{ ...eve.device, ...change }] };
      return { ...registration(eve), deviceList: signList(eve, list) };
    };
    expect(world.run(withDevice({ device: alice.device.device }))).toEqual(refusal("conflict"));
    expect(world.run(withDevice({ mailbox: alice.device.mailbox }))).toEqual(refusal("conflict"));
    const taken = { ...eve.list, account: alice.account };
    expect(
      world.run({ ...registration(eve), account: alice.account, deviceList: signList(eve, taken) }),
    ).toEqual(refusal("conflict"));
    const tooMany = { packages: Array.from({ length: 101 }, () => utf8("k")), lastResort: null };
    expect(world.run({ ...registration(eve), keyPackages: tooMany })).toEqual(refusal("tooLarge"));
    expect(world.run(registration(eve)).ok).toBe(true);
  });
});

describe("lookup", () => {
  test("accounts are found by exact name and by id, with their list", () => {
    const alice = world.register("alice");
    const bob = world.register("bob");
    const { session } = alice.device;
    const view = { account: bob.account, deviceList: signList(bob, bob.list) };
    expect(value(world.run({ type: "accountByName", session, userName: "bob" }))).toEqual(view);
    expect(value(world.run({ type: "accountById", session, account: bob.account }))).toEqual(view);
    expect(world.run({ type: "accountByName", session, userName: "carol" })).toEqual(refusal("userUnknown"));
    expect(world.run({ type: "accountById", session, account: testId("carol") })).toEqual(
      refusal("userUnknown"),
    );
    expect(world.run({ type: "accountByName", session: "none", userName: "bob" })).toEqual(
      refusal("unauthorised"),
    );
  });
});

describe("vault", () => {
  test("ACC-18 a write carries the successor's version", () => {
    const { session } = world.register("alice").device;
    expect(world.run({ type: "putVault", session, vault: testVault(1) })).toEqual(refusal("conflict"));
    expect(world.run({ type: "putVault", session, vault: testVault(3) })).toEqual(refusal("conflict"));
    expect(value(world.run({ type: "putVault", session, vault: testVault(2) })).version).toBe(2);
    expect(value(world.run({ type: "getVault", session }))).toEqual(testVault(2));
  });
});

describe("key packages", () => {
  let alice: TestAccount;
  let bob: TestAccount;
  beforeEach(() => {
    alice = world.register("alice");
    bob = world.register("bob");
  });
  const claim = (by: TestAccount, of: TestAccount) =>
    world.run({ type: "claimKeyPackages", session: by.device.session, account: of.account });
  const claimed = (by: TestAccount, of: TestAccount) =>
    value(claim(by, of)).packages.map(({ keyPackage }) => new TextDecoder().decode(keyPackage));

  test("ACC-16 each is handed out once, then the last resort, which stays", () => {
    expect([1, 2, 3, 4].map(() => claimed(alice, bob))).toEqual([
      ["bob 1"],
      ["bob 2"],
      ["bob last"],
      ["bob last"],
    ]);
  });

  test("ACC-16 without any there is nothing to claim, and own claims leave the asking device out", () => {
    expect(claim(alice, alice)).toEqual(refusal("noKeyPackage"));
    const nobody = makeAccount("nobody");
    const keyPackages = { packages: [], lastResort: null };
    value(world.run({ ...registration(nobody), keyPackages }));
    expect(claim(alice, nobody)).toEqual(refusal("noKeyPackage"));
    expect(claim(alice, makeAccount("stranger"))).toEqual(refusal("userUnknown"));
  });

  test("ACC-16 a refill says how many there are, up to a bound", () => {
    const { session } = bob.device;
    const put = (count: number, size = 1) =>
      world.run({
        type: "putKeyPackages",
        session,
        keyPackages: {
          packages: Array.from({ length: count }, () => new Uint8Array(size)),
          lastResort: utf8("new last"),
        },
      });
    expect(value(put(48)).count).toBe(50);
    expect(put(51)).toEqual(refusal("tooLarge"));
    expect(put(1, 8 * 1024 + 1)).toEqual(refusal("tooLarge"));
    expect(value(put(50)).count).toBe(100);
  });

  test("ACC-17 one account's claims are limited, and time brings them back", () => {
    world = createRuleWorld({ claimsPerRequester: { burst: 2, perHour: 60 } });
    [alice, bob] = [world.register("alice"), world.register("bob")];
    expect([claim(alice, bob), claim(alice, bob)].map(({ ok }) => ok)).toEqual([true, true]);
    expect(claim(alice, bob)).toEqual(refusal("slowDown"));
    world.nowMs += 60_000;
    expect(claim(alice, bob).ok).toBe(true);
    expect(claim(alice, bob)).toEqual(refusal("slowDown"));
  });

  test("ACC-17 10,000 claims by many drain no more than the target's limit, and the target stays reachable", () => {
    world = createRuleWorld({
      claimsPerTarget: { burst: 1, perHour: 1 },
      claimsPerRequester: { burst: 1e6, perHour: 1 },
    });
    [alice, bob] = [world.register("alice"), world.register("bob")];
    const carol = world.register("carol");
    const claims = Array.from({ length: 10_000 }, (_, i) => claim(i % 2 === 0 ? alice : carol, bob));
    expect(claims.filter(({ ok }) => ok)).toHaveLength(1);
    world.nowMs += 3_600_000;
    expect(claimed(carol, bob)).toEqual(["bob 2"]);
  });
});

describe("deletion", () => {
  test("ACC-14 everything of the account goes, its groups are told, its name is free", () => {
    const alice = world.register("alice");
    const bob = world.register("bob");
    const part = befriend(world, alice, bob);
    value(world.run(groupRequest(alice.device, "g", adding(bob.device.mailbox))));
    part();
    const { session } = alice.device;
    expect(world.run({ type: "deleteAccount", session, userName: "bob" })).toEqual(refusal("badRequest"));
    value(world.run({ type: "deleteAccount", session, userName: "alice" }));
    expect(world.notices()).toContainEqual({ type: "sessionsEnded", sessions: [session] });
    expect(outline(mailboxOf(world, bob.device))).toEqual(["welcome", "departed"]);
    expect(world.run({ type: "authenticate", session })).toEqual(refusal("unauthorised"));
    expect(value(world.run({ type: "loginRecord", userName: "alice" })).registrationRecord).toBeNull();
    world.store.transaction((tx) => {
      expect(tx.device(alice.device.device)).toBeUndefined();
      expect(tx.recipients(testId("g")).map(({ mailbox }) => mailbox)).toEqual([bob.device.mailbox]);
    });
    expect(world.run(registration(makeAccount("alice"))).ok).toBe(true);
  });

  test("ACC-10 needs a recent login", () => {
    const { session } = world.register("alice").device;
    world.nowMs += 5 * 60_000 + 1;
    expect(world.run({ type: "deleteAccount", session, userName: "alice" })).toEqual(
      refusal("recentLoginNeeded"),
    );
  });
});

describe("device lists", () => {
  test("ACC-5 a list of another account's session changes nothing", () => {
    const alice = world.register("alice");
    const bob = world.register("bob");
    const deviceList = signList(bob, successor(bob.list, bob.list.devices));
    const keyPackages = { packages: [], lastResort: null };
    const request = { type: "putDeviceList", deviceList, keyPackages, vault: null } as const;
    const { session, device } = alice.device;
    expect(world.run({ ...request, session, device })).toEqual(refusal("forbidden"));
    expect(world.run({ type: "leave", sender: senderOf(bob.device), group: testId("g") })).toEqual(
      refusal("notMember"),
    );
  });
});
