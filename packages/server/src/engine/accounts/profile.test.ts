import type { GroupId } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { Result } from "../../ports/result.ts";
import type { ProfileParts } from "../../ports/requests.ts";
import type { TestAccount } from "../../testing/people.ts";
import { testId } from "../../testing/people.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import {
  acceptedPair,
  adding,
  befriend,
  createRuleWorld,
  groupRequest,
  refusal,
  senderOf,
  value,
} from "../../testing/ruleWorld.ts";

let world: RuleWorld;
let alice: TestAccount;
let bob: TestAccount;
let carol: TestAccount;
beforeEach(() => {
  world = createRuleWorld();
  [alice, bob, carol] = [world.register("alice"), world.register("bob"), world.register("carol")];
});

const parts = (version: number, size = 4096): ProfileParts => ({
  version,
  sealed: new Uint8Array(size).fill(version),
});
const put = (of: TestAccount, profile: ProfileParts) =>
  world.run({ type: "putProfile", session: of.device.session, profile });
const get = (by: TestAccount, of: TestAccount): Result<ProfileParts> =>
  world.run({ type: "getProfile", session: by.device.session, account: of.account });

describe("PRO-5 profiles at the server", () => {
  test("replaced by a later version alone, and of one of the sizes", () => {
    expect(get(alice, alice)).toEqual(refusal("notFound"));
    value(put(alice, parts(2)));
    expect(put(alice, parts(2))).toEqual(refusal("conflict"));
    expect(put(alice, parts(1))).toEqual(refusal("conflict"));
    expect(put(alice, parts(3, 5000))).toEqual(refusal("badRequest"));
    value(put(alice, parts(7, 32_768)));
    expect(value(get(alice, alice))).toEqual(parts(7, 32_768));
  });

  test("a stranger, a pending request and an account without one are answered alike", () => {
    value(put(alice, parts(1)));
    value(put(bob, parts(1)));
    const request = groupRequest(bob.device, "pair", adding(alice.device.mailbox), { kind: "pair" });
    value(world.run(request));
    const answers = [get(bob, alice), get(alice, bob), get(carol, alice), get(alice, carol)];
    for (const answer of answers) expect(answer).toEqual({ ok: false, refusal: { code: "notFound" } });
  });

  test("an open pair may see, until one side has left", () => {
    value(put(alice, parts(1)));
    acceptedPair(world, alice, bob, "pair");
    expect(value(get(bob, alice))).toEqual(parts(1));
    expect(get(carol, alice)).toEqual(refusal("notFound"));
    value(world.run({ type: "leave", sender: senderOf(alice.device), group: testId<GroupId>("pair") }));
    expect(get(bob, alice)).toEqual(refusal("notFound"));
  });

  test("members of a group may see each other, until they have no group in common", () => {
    value(put(alice, parts(1)));
    const unfriend = befriend(world, alice, bob);
    value(world.run(groupRequest(alice.device, "group", adding(bob.device.mailbox))));
    unfriend();
    expect(value(get(bob, alice))).toEqual(parts(1));
    expect(get(carol, alice)).toEqual(refusal("notFound"));
    value(world.run({ type: "leave", sender: senderOf(bob.device), group: testId<GroupId>("group") }));
    expect(get(bob, alice)).toEqual(refusal("notFound"));
  });

  test("both are asked for and written a bounded number of times", () => {
    world = createRuleWorld({
      profiles: { burst: 2, perHour: 2 },
      profileQuestions: { burst: 3, perHour: 3 },
    });
    alice = world.register("alice");
    for (const version of [1, 2]) value(put(alice, parts(version)));
    expect(put(alice, parts(3))).toEqual(refusal("slowDown"));
    for (let i = 0; i < 3; i++) value(get(alice, alice));
    expect(get(alice, alice)).toEqual(refusal("slowDown"));
  });

  test("goes with its account", () => {
    value(put(alice, parts(1)));
    const { session } = alice.device;
    value(world.run({ type: "deleteAccount", session, userName: "alice" }));
    expect(world.store.transaction((tx) => tx.profile(alice.account))).toBeUndefined();
  });
});
