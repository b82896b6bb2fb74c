import type { MailboxId } from "@sotto/protocol";
import { MAX_PENDING_REQUESTS, utf8 } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../adapters/crypto/nodeCrypto.ts";
import type { TestAccount } from "../../testing/people.ts";
import { testId } from "../../testing/people.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import {
  acceptedPair,
  addDevice,
  adding,
  befriend,
  codes,
  createRuleWorld,
  groupRequest,
  handshakeRequest,
  mailboxOf,
  outline,
  postRequest,
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
  alice = world.register("alice");
  bob = world.register("bob");
  carol = world.register("carol");
});

const waiting = (who: TestAccount): readonly string[] => outline(mailboxOf(world, who.device));
const leave = (who: TestAccount, name: string) =>
  world.run({ type: "leave", sender: senderOf(who.device), group: testId(name) });

describe("handshakes", () => {
  beforeEach(() => {
    befriend(world, alice, bob, carol);
    value(world.run(groupRequest(alice.device, "g", adding(bob.device.mailbox))));
  });

  test("RLY-5 the first at an index wins, the other learns the current index", () => {
    const outcomes = world.batch([
      handshakeRequest(bob.device, "g", 2),
      handshakeRequest(alice.device, "g", 2),
    ]);
    expect(outcomes.map(({ result }) => result)).toEqual([
      { ok: true, value: { index: 2 } },
      refusal("staleEpoch", 2),
    ]);
    expect(world.run(handshakeRequest(alice.device, "g", 4))).toEqual(refusal("staleEpoch", 2));
  });

  test("RLY-5 every member gets the handshake, its sender too", () => {
    value(world.run(handshakeRequest(bob.device, "g", 2)));
    expect(waiting(alice)).toEqual(["handshake", "handshake"]);
    expect(waiting(bob)).toEqual(["welcome", "handshake"]);
  });

  test("RLY-5 the same bytes again for the current index are answered as the first time, and delivered once", () => {
    const request = handshakeRequest(bob.device, "g", 2);
    value(world.run(request));
    expect(world.run(request)).toEqual({ ok: true, value: { index: 2 } });
    expect(waiting(alice)).toEqual(["handshake", "handshake"]);
    const other = { ...request, sender: senderOf(alice.device) };
    expect(world.run(other)).toEqual(refusal("staleEpoch", 2));
    value(world.run(handshakeRequest(alice.device, "g", 3)));
    expect(world.run(request)).toEqual(refusal("staleEpoch", 3));
  });

  test("RLY-5 a commit that takes its own sender off the list is answered again too", () => {
    const request = handshakeRequest(bob.device, "g", 2, { removed: [bob.device.mailbox] });
    value(world.run(request));
    expect(world.run(request)).toEqual({ ok: true, value: { index: 2 } });
    expect(world.run(handshakeRequest(bob.device, "g", 3))).toEqual(refusal("notMember"));
  });

  test("RLY-6 commit, Welcome and delivery list change together; the removed get it as their last entry", () => {
    const change = { ...adding(carol.device.mailbox), removed: [bob.device.mailbox] };
    const request = handshakeRequest(alice.device, "g", 2, change);
    value(world.run(request));
    value(world.run(postRequest(alice.device, "g", 2, "hi")));
    expect(waiting(bob)).toEqual(["welcome", "handshake"]);
    expect(waiting(carol)).toEqual(["welcome", "message hi"]);
    expect(mailboxOf(world, carol.device)[0]).toMatchObject({
      index: 2,
      handshakeHash: nodeCrypto.sha256(request.parts.handshake),
    });
    expect(codes(world.run(postRequest(bob.device, "g", 2, "x")))).toEqual(["notMember"]);
  });

  test("RLY-6 a device removed and added again gets the handshake, then its Welcome", () => {
    const change = { ...adding(bob.device.mailbox), removed: [bob.device.mailbox] };
    value(world.run(handshakeRequest(alice.device, "g", 2, change)));
    expect(waiting(bob)).toEqual(["welcome", "handshake", "welcome"]);
    expect(codes(world.run(postRequest(bob.device, "g", 2, "back")))).toEqual(["ok"]);
  });

  test("RLY-6 removing a mailbox that left meanwhile, or adding one that is there, is no error", () => {
    value(leave(bob, "g"));
    value(world.run(handshakeRequest(alice.device, "g", 2, { removed: [bob.device.mailbox] })));
    value(world.run(handshakeRequest(alice.device, "g", 3, { added: [alice.device.mailbox] })));
    expect(waiting(bob)).toEqual(["welcome"]);
    expect(waiting(alice)).toEqual(["handshake", "departed", "handshake", "handshake"]);
  });

  test("RLY-6 parts that do not fit each other are refused and change nothing", () => {
    const carols = carol.device.mailbox;
    const wrong = [
      { handshake: new Uint8Array(0) },
      { added: [carols, carols] },
      { welcome: utf8("w"), welcomeTo: [carols] },
      { added: [carols], welcomeTo: [carols] },
      { added: [carols], welcome: utf8("w") },
    ];
    for (const change of wrong) {
      expect(world.run(handshakeRequest(alice.device, "g", 2, change))).toEqual(refusal("badRequest"));
    }
    const unknown = adding(testId("nobody's mailbox"));
    expect(world.run(handshakeRequest(alice.device, "g", 2, unknown))).toEqual(refusal("conflict"));
    expect(waiting(alice)).toEqual(["handshake"]);
    expect(waiting(carol)).toEqual([]);
    expect(value(world.run(handshakeRequest(alice.device, "g", 2))).index).toBe(2);
  });

  test("RLY-5 only members, and strangers cannot tell whether there is a group", () => {
    expect(world.run(handshakeRequest(carol.device, "g", 2))).toEqual(refusal("notMember"));
    expect(world.run(handshakeRequest(carol.device, "nowhere", 2))).toEqual(refusal("notMember"));
    expect(world.run(handshakeRequest(carol.device, "g", 9))).toEqual(refusal("notMember"));
  });

  test("RLY-15 in a pair a full mailbox stops posts and then handshakes, but its device can still be removed", () => {
    world = createRuleWorld({ mailboxMaxEntries: 3 });
    [alice, bob] = ["alice", "bob"].map((name) => world.register(name)) as [TestAccount, TestAccount];
    acceptedPair(world, alice, bob, "p");
    const ack = () =>
      world.run({ type: "ack", sender: senderOf(alice.device), sequence: 1e9, storeCounter: 0 });
    value(world.run(postRequest(alice.device, "p", 2, "fills")));
    expect(codes(world.run(postRequest(alice.device, "p", 2, "x")))).toEqual(["mailboxFull"]);
    ack();
    for (const index of [3, 4, 5]) value(world.run(handshakeRequest(alice.device, "p", index)));
    ack();
    expect(world.run(handshakeRequest(alice.device, "p", 6))).toEqual(refusal("mailboxFull"));
    expect(
      value(world.run(handshakeRequest(alice.device, "p", 6, { removed: [bob.device.mailbox] }))).index,
    ).toBe(6);
  });

  test("RLY-10 leaving takes effect at once and the others are told", () => {
    value(leave(bob, "g"));
    expect(mailboxOf(world, alice.device).at(-1)).toMatchObject({
      type: "departed",
      mailbox: bob.device.mailbox,
    });
    expect(codes(world.run(postRequest(bob.device, "g", 1, "x")))).toEqual(["notMember"]);
    expect(leave(bob, "g")).toEqual(refusal("notMember"));
    expect(leave(carol, "g")).toEqual(refusal("notMember"));
  });

  test("RLY-10 a group that everybody left is gone", () => {
    value(leave(bob, "g"));
    value(leave(alice, "g"));
    expect(world.store.transaction((tx) => tx.group(testId("g")))).toBeUndefined();
  });

  test("RLY-10 so is one whose last mailbox a handshake removes", () => {
    const everybody = [alice.device.mailbox, bob.device.mailbox];
    value(world.run(handshakeRequest(alice.device, "g", 2, { removed: everybody })));
    expect(waiting(bob)).toEqual(["welcome", "handshake"]);
    expect(world.store.transaction((tx) => tx.group(testId("g")))).toBeUndefined();
  });
});

describe("new groups", () => {
  test("RLY-9 the creator gets handshake 1, the added their Welcome, then the first message", () => {
    const request = groupRequest(alice.device, "p", adding(bob.device.mailbox), {
      kind: "pair",
      firstMessage: utf8("hello"),
    });
    expect(value(world.run(request)).index).toBe(1);
    expect(waiting(alice)).toEqual(["handshake"]);
    expect(waiting(bob)).toEqual(["welcome", "message hello"]);
    expect(mailboxOf(world, bob.device)[1]).toMatchObject({ index: 1 });
  });

  test("RLY-9 an id is used once; the same request again is answered as the first time, also later", () => {
    befriend(world, alice, bob);
    const request = groupRequest(alice.device, "g", adding(bob.device.mailbox));
    value(world.run(request));
    value(world.run(handshakeRequest(bob.device, "g", 2)));
    expect(world.run(request)).toEqual({ ok: true, value: { index: 1 } });
    expect(waiting(bob)).toEqual(["welcome", "handshake"]);
    expect(world.run(groupRequest(alice.device, "g", { handshake: utf8("other") }))).toEqual(
      refusal("groupExists"),
    );
    expect(world.run(groupRequest(carol.device, "g"))).toEqual(refusal("groupExists"));
  });

  test("RLY-9 a pair is opened with the devices of exactly one other account", () => {
    const { device: laptop } = addDevice(world, alice, "laptop");
    const pair = (...mailboxes: readonly MailboxId[]) =>
      world.run(groupRequest(alice.device, "p", adding(...mailboxes), { kind: "pair" }));
    expect(pair()).toEqual(refusal("badRequest"));
    expect(pair(laptop.mailbox)).toEqual(refusal("badRequest"));
    expect(pair(bob.device.mailbox, carol.device.mailbox)).toEqual(refusal("badRequest"));
    expect(pair(bob.device.mailbox, alice.device.mailbox)).toEqual(refusal("badRequest"));
    const { device: bobs } = addDevice(world, bob, "tablet");
    expect(pair(bob.device.mailbox, bobs.mailbox).ok).toBe(true);
  });

  test("RLY-9 what does not belong in a new group is refused", () => {
    expect(world.run(groupRequest(alice.device, "g", { removed: [bob.device.mailbox] }))).toEqual(
      refusal("badRequest"),
    );
    expect(world.run(groupRequest(alice.device, "g", {}, { firstMessage: utf8("x") }))).toEqual(
      refusal("badRequest"),
    );
    const long = { firstMessage: new Uint8Array(64 * 1024 - 63) };
    expect(world.run(groupRequest(alice.device, "g", adding(bob.device.mailbox), long))).toEqual(
      refusal("tooLarge"),
    );
    expect(world.run(groupRequest(alice.device, "g", adding(testId("gone"))))).toEqual(refusal("conflict"));
  });

  test("RLY-8 until the other side has committed, neither posts and the opener commits nothing", () => {
    value(world.run(groupRequest(alice.device, "p", adding(bob.device.mailbox), { kind: "pair" })));
    expect(codes(world.run(postRequest(alice.device, "p", 1, "x")))).toEqual(["notAccepted"]);
    expect(codes(world.run(postRequest(bob.device, "p", 1, "x")))).toEqual(["notAccepted"]);
    expect(world.run(handshakeRequest(alice.device, "p", 2))).toEqual(refusal("notAccepted"));
    value(world.run(handshakeRequest(bob.device, "p", 2)));
    expect(codes(world.run(postRequest(alice.device, "p", 2, "x")))).toEqual(["ok"]);
    expect(codes(world.run(postRequest(bob.device, "p", 2, "x")))).toEqual(["ok"]);
    expect(value(world.run(handshakeRequest(alice.device, "p", 3))).index).toBe(3);
  });

  test("RLY-8 an account may have so many requests unanswered; answering, declining and withdrawing make room", () => {
    const dave = world.register("dave");
    const request = (i: number, to: TestAccount) =>
      world.run(groupRequest(dave.device, `p${i}`, adding(to.device.mailbox), { kind: "pair" }));
    for (let i = 0; i < MAX_PENDING_REQUESTS; i++) value(request(i, bob));
    expect(request(20, bob)).toEqual(refusal("tooManyRequests"));
    value(world.run(handshakeRequest(bob.device, "p0", 2)));
    value(request(20, bob));
    expect(request(21, bob)).toEqual(refusal("tooManyRequests"));
    value(leave(bob, "p1"));
    value(request(21, carol));
    expect(request(22, carol)).toEqual(refusal("tooManyRequests"));
    value(leave(dave, "p2"));
    expect(request(22, carol).ok).toBe(true);
  });

  test("RLY-8 a declined request is never accepted afterwards, and one device's leaving declines nothing", () => {
    const { device: tablet } = addDevice(world, bob, "tablet");
    const both = adding(bob.device.mailbox, tablet.mailbox);
    value(world.run(groupRequest(alice.device, "p", both, { kind: "pair" })));
    value(leave(bob, "p"));
    expect(world.store.transaction((tx) => tx.countPending(alice.account))).toBe(1);
    expect(value(world.run(handshakeRequest(tablet, "p", 2))).index).toBe(2);

    value(world.run(groupRequest(alice.device, "q", adding(carol.device.mailbox), { kind: "pair" })));
    value(leave(carol, "q"));
    expect(world.run(handshakeRequest(alice.device, "q", 2, adding(carol.device.mailbox)))).toEqual(
      refusal("notAccepted"),
    );
    expect(codes(world.run(postRequest(alice.device, "q", 1, "x")))).toEqual(["notAccepted"]);
  });

  test("RLY-8 nobody else enters a pair", () => {
    acceptedPair(world, alice, bob, "p");
    expect(world.run(handshakeRequest(alice.device, "p", 3, adding(carol.device.mailbox)))).toEqual(
      refusal("forbidden"),
    );
    const { device: laptop } = addDevice(world, alice, "laptop");
    expect(value(world.run(handshakeRequest(alice.device, "p", 3, adding(laptop.mailbox)))).index).toBe(3);
  });

  test("RLY-17 presence begins with acceptance, follows new devices, and ends when one side is gone", () => {
    const pairs = () => world.notices().filter((notice) => notice.type === "pair");
    const group = testId("p");
    const [a, b] = [alice.device.mailbox, bob.device.mailbox];
    value(world.run(groupRequest(alice.device, "p", adding(b), { kind: "pair" })));
    expect(pairs()).toEqual([]);
    const seen = () =>
      value(world.run({ type: "hello", session: bob.device.session, storeCounter: 0 })).pairs;
    expect(seen()).toEqual([]);
    value(world.run(handshakeRequest(bob.device, "p", 2)));
    expect(pairs()).toEqual([
      { type: "pair", mailbox: a, group, peer: bob.account },
      { type: "pair", mailbox: b, group, peer: alice.account },
    ]);
    expect(seen()).toEqual([{ group, peer: alice.account }]);
    value(leave(alice, "p"));
    expect(pairs()).toEqual([
      { type: "pair", mailbox: a, group, peer: null },
      { type: "pair", mailbox: b, group, peer: null },
    ]);
    expect(seen()).toEqual([]);
  });
});
