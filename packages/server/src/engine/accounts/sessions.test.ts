import { utf8 } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { TestAccount } from "../../testing/people.ts";
import { makeDevice, proveDevice, testSession, testVault } from "../../testing/people.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import { createRuleWorld, refusal, value } from "../../testing/ruleWorld.ts";

const DAY_MS = 86_400_000;
let world: RuleWorld;
let alice: TestAccount;

beforeEach(() => {
  world = createRuleWorld();
  alice = world.register("alice");
});

const login = (session: string) =>
  world.run({ type: "openSession", userName: "alice", registrationRecord: "record of alice", session });
const authenticate = (session: string) => world.run({ type: "authenticate", session });

describe("sessions", () => {
  test("ACC-8 a login opens a session without a device and hands over the sealed keys", () => {
    const { account, sealedAccountKey, vault } = value(login("s"));
    expect({ account, sealedAccountKey, vault }).toEqual({
      account: alice.account,
      sealedAccountKey: utf8("sealed"),
      vault: testVault(1),
    });
    expect(value(authenticate("s"))).toMatchObject({ device: null, recent: true });
    expect(world.run({ type: "hello", session: "s", storeCounter: 0 })).toEqual(refusal("noDevice"));
  });

  test("ACC-8 a login begun with the old password opens nothing", () => {
    const { registrationRecord } = value(world.run({ type: "loginRecord", userName: "alice" }));
    const change = {
      type: "changePassword",
      session: alice.device.session,
      registrationRecord: "new record",
      sealedAccountKey: utf8("new"),
      vault: testVault(2),
      newSession: "new",
    } as const;
    value(world.run(change));
    const late = {
      type: "openSession",
      userName: "alice",
      registrationRecord: String(registrationRecord),
      session: "late",
    } as const;
    expect(world.run(late)).toEqual(refusal("wrongCredentials"));
    expect(world.run({ ...late, userName: "nobody" })).toEqual(refusal("wrongCredentials"));
  });

  test("ACC-9 unknown, ended and long unused sessions are nobody", () => {
    expect(authenticate("never")).toEqual(refusal("unauthorised"));
    value(login("s"));
    value(world.run({ type: "logout", session: "s", everywhere: false }));
    expect(authenticate("s")).toEqual(refusal("unauthorised"));
    value(login("idle"));
    value(login("used"));
    for (let days = 0; days < 91; days += 30) {
      value(authenticate("used"));
      world.nowMs += 30 * DAY_MS;
    }
    expect(authenticate("idle")).toEqual(refusal("unauthorised"));
    expect(authenticate("used").ok).toBe(true);
    value(world.run({ type: "sweep" }));
    expect(
      world.store.transaction((tx) => tx.sessionsOf(alice.account).map(({ session }) => session)),
    ).toEqual(["used"]);
  });

  test("ACC-10 a login is recent for five minutes, however much it is used", () => {
    value(login("s"));
    world.nowMs += 5 * 60_000;
    expect(value(authenticate("s")).recent).toBe(true);
    world.nowMs += 1;
    expect(value(authenticate("s")).recent).toBe(false);
  });

  test("ACC-11 a session is bound by the device's own signature over this session", () => {
    const session = testSession("fresh login");
    value(login(session));
    const bind = (proof: Uint8Array, device = alice.device.device) =>
      world.run({ type: "bindDevice", session, device, proof });
    expect(bind(proveDevice(alice.device, testSession("another session")))).toEqual(refusal("forbidden"));
    expect(bind(proveDevice(makeDevice("eve"), session))).toEqual(refusal("forbidden"));
    expect(bind(new Uint8Array(64))).toEqual(refusal("forbidden"));
    expect(bind(new Uint8Array(3))).toEqual(refusal("forbidden"));
    expect(value(authenticate(session)).device).toBeNull();
    value(bind(proveDevice(alice.device, session)));
    expect(value(authenticate(session)).device).toBe(alice.device.device);
    expect(bind(proveDevice(alice.device, session)).ok).toBe(true);
  });

  test("ACC-11 nobody binds to another account's device", () => {
    const bob = world.register("bob");
    const session = testSession("fresh login");
    value(login(session));
    const proof = proveDevice(bob.device, session);
    expect(world.run({ type: "bindDevice", session, device: bob.device.device, proof })).toEqual(
      refusal("noDevice"),
    );
  });

  test("ACC-12 logging out ends this session, or all of the account and only of it", () => {
    const bob = world.register("bob");
    value(login("one"));
    value(login("two"));
    value(world.run({ type: "logout", session: "one", everywhere: false }));
    expect(world.notices()).toEqual([{ type: "sessionsEnded", sessions: ["one"] }]);
    expect(authenticate("two").ok).toBe(true);
    value(world.run({ type: "logout", session: "two", everywhere: true }));
    expect(authenticate("two")).toEqual(refusal("unauthorised"));
    expect(authenticate(alice.device.session)).toEqual(refusal("unauthorised"));
    expect(authenticate(bob.device.session).ok).toBe(true);
  });

  test("ACC-13 a new password ends every session and keeps the caller's device in the new one", () => {
    value(login("other"));
    const change = {
      type: "changePassword",
      session: alice.device.session,
      registrationRecord: "new record",
      sealedAccountKey: utf8("new"),
      vault: testVault(2),
      newSession: "new",
    } as const;
    expect(world.run({ ...change, vault: testVault(3) })).toEqual(refusal("conflict"));
    expect(authenticate("other").ok).toBe(true);
    value(world.run(change));
    for (const session of ["other", alice.device.session])
      expect(authenticate(session)).toEqual(refusal("unauthorised"));
    expect(value(authenticate("new"))).toMatchObject({ device: alice.device.device, recent: true });
    expect(value(world.run({ type: "getVault", session: "new" }))).toEqual(testVault(2));
    expect(value(world.run({ type: "loginRecord", userName: "alice" })).registrationRecord).toBe(
      "new record",
    );
  });

  test("ACC-10 a new password needs a recent login", () => {
    world.nowMs += DAY_MS;
    const { session } = alice.device;
    const change = {
      registrationRecord: "r",
      sealedAccountKey: utf8("k"),
      vault: testVault(2),
      newSession: "n",
    };
    expect(world.run({ type: "changePassword", session, ...change })).toEqual(refusal("recentLoginNeeded"));
  });
});
