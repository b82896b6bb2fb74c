import { MAX_FRAME_BYTES, MAX_INLINE_BYTES, utf8 } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { unpackFrames } from "../../ports/packedFrames.ts";
import type { TestAccount } from "../../testing/people.ts";
import { makeDevice, testId } from "../../testing/people.ts";
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

describe("posts", () => {
  let world: RuleWorld;
  let alice: TestAccount;
  let bob: TestAccount;
  let carol: TestAccount;

  beforeEach(() => {
    world = createRuleWorld();
    alice = world.register("alice");
    bob = world.register("bob");
    carol = world.register("carol");
    const part = befriend(world, alice, bob, carol);
    value(world.run(groupRequest(alice.device, "g", adding(bob.device.mailbox, carol.device.mailbox))));
    part();
  });
  const ack = (who: TestAccount): void => {
    value(
      world.run({
        type: "ack",
        sender: senderOf(who.device),
        sequence: Number.MAX_SAFE_INTEGER,
        storeCounter: 0,
      }),
    );
  };
  const texts = (who: TestAccount): readonly string[] => outline(mailboxOf(world, who.device));

  test("RLY-3 a post goes to every other mailbox of the group, in order", () => {
    ack(alice);
    expect(codes(world.run(postRequest(alice.device, "g", 1, "one", "two")))).toEqual(["ok", "ok"]);
    expect(texts(bob)).toEqual(["welcome", "message one", "message two"]);
    expect(texts(carol)).toEqual(["welcome", "message one", "message two"]);
    expect(texts(alice)).toEqual([]);
  });

  test("RLY-3 only members post, and a stranger cannot tell a group that exists from one that does not", () => {
    const dave = world.register("dave");
    const there = world.run(postRequest(dave.device, "g", 1, "x"));
    const nowhere = world.run(postRequest(dave.device, "nowhere", 1, "x"));
    expect(codes(there)).toEqual(["notMember"]);
    expect(there).toEqual(nowhere);
    expect(texts(bob)).toEqual(["welcome"]);
  });

  test("RLY-3 a post of another epoch is refused with the current index, in the transaction that would store it", () => {
    const outcomes = world.batch([
      handshakeRequest(bob.device, "g", 2),
      postRequest(alice.device, "g", 1, "late"),
    ]);
    expect(outcomes[1]?.result).toEqual({ ok: true, value: { results: [refusal("staleEpoch", 2)] } });
    expect(codes(world.run(postRequest(alice.device, "g", 3, "early")))).toEqual(["staleEpoch"]);
    expect(codes(world.run(postRequest(alice.device, "g", 2, "now")))).toEqual(["ok"]);
    expect(texts(bob)).toEqual(["welcome", "handshake", "message now"]);
  });

  test("RLY-7 after a refusal every post is refused until one that resumes", () => {
    const request = postRequest(alice.device, "g", 1, "a", "b", "c", "d");
    const posts = request.posts.map((item, i) => ({ ...item, index: i === 1 ? 9 : 1, resume: i === 3 }));
    expect(codes(world.run({ ...request, posts }))).toEqual(["ok", "staleEpoch", "earlierRefused", "ok"]);
    expect(texts(bob)).toEqual(["welcome", "message a", "message d"]);
    expect(codes(world.run({ ...postRequest(alice.device, "g", 1, "e"), earlierRefused: true }))).toEqual([
      "earlierRefused",
    ]);
  });

  test("RLY-15 a full mailbox refuses the post of its pair, and nobody gets it", () => {
    world = createRuleWorld({ mailboxMaxEntries: 4 });
    [alice, bob] = ["alice", "bob"].map((name) => world.register(name)) as [TestAccount, TestAccount];
    acceptedPair(world, alice, bob, "p");
    expect(codes(world.run(postRequest(alice.device, "p", 2, "1", "2")))).toEqual(["ok", "ok"]);
    const { device: laptop } = addDevice(world, alice, "laptop");
    value(world.run(handshakeRequest(alice.device, "p", 3, adding(laptop.mailbox))));
    expect(codes(world.run(postRequest(alice.device, "p", 3, "3")))).toEqual(["mailboxFull"]);
    expect(outline(mailboxOf(world, laptop))).toEqual(["welcome"]);
    ack(bob);
    expect(codes(world.run(postRequest(alice.device, "p", 3, "3")))).toEqual(["ok"]);
  });

  test("RLY-15 the quota counts bytes too", () => {
    world = createRuleWorld({ mailboxMaxBytes: 4000 });
    alice = world.register("alice");
    bob = world.register("bob");
    befriend(world, alice, bob);
    value(world.run(groupRequest(alice.device, "g", adding(bob.device.mailbox))));
    expect(codes(world.run(postRequest(alice.device, "g", 1, "x".repeat(3000))))).toEqual(["ok"]);
    expect(codes(world.run(postRequest(alice.device, "g", 1, "x".repeat(3000))))).toEqual(["mailboxFull"]);
  });

  test("RLY-16 a message fits the frame that delivers it, or is refused", () => {
    const largest = "x".repeat(MAX_FRAME_BYTES - 64);
    expect(codes(world.run(postRequest(alice.device, "g", 1, largest)))).toEqual(["ok"]);
    expect(codes(world.run(postRequest(alice.device, "g", 1, `${largest}x`)))).toEqual(["tooLarge"]);
    const { entries } = value(
      world.run({
        type: "readMailbox",
        sender: senderOf(bob.device),
        after: 0,
        maxEntries: 9,
        maxBytes: 1_000_000,
      }),
    );
    expect(Math.max(...entries.map(({ frame }) => frame.length))).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  });

  test("RLY-20 the highest store counter is remembered and told before it is raised", () => {
    const counter = (storeCounter: number): number =>
      value(world.run({ type: "hello", session: alice.device.session, storeCounter })).storeCounter;
    expect(counter(5)).toBe(0);
    expect(counter(3)).toBe(5);
    const post = postRequest(alice.device, "g", 1, "x");
    value(world.run({ ...post, posts: post.posts.map((item) => ({ ...item, storeCounter: 8 })) }));
    expect(counter(0)).toBe(8);
    value(world.run(handshakeRequest(alice.device, "g", 2, { storeCounter: 9 })));
    expect(counter(0)).toBe(9);
    value(world.run({ type: "ack", sender: senderOf(alice.device), sequence: 0, storeCounter: 10 }));
    expect(counter(0)).toBe(10);
  });

  test("RLY-11 ack forgets what the device has, and only that", () => {
    value(world.run(postRequest(alice.device, "g", 1, "one", "two")));
    const second = mailboxOf(world, bob.device)[1]?.sequence as number;
    value(world.run({ type: "ack", sender: senderOf(bob.device), sequence: second, storeCounter: 0 }));
    expect(texts(bob)).toEqual(["message two"]);
    expect(texts(carol)).toEqual(["welcome", "message one", "message two"]);
    const hello = value(world.run({ type: "hello", session: bob.device.session, storeCounter: 0 }));
    expect(hello.highSequence).toBe(mailboxOf(world, bob.device)[0]?.sequence);
  });

  test("RLY-11 of an empty mailbox the high sequence is none, and an ack of the future acknowledges nothing new", () => {
    value(world.run(postRequest(alice.device, "g", 1, "one")));
    ack(bob);
    // Whoever waits for its last entry, and has begun to count anew (NET-3), would wait for ever.
    expect(
      value(world.run({ type: "hello", session: bob.device.session, storeCounter: 0 })).highSequence,
    ).toBe(0);
    value(world.run(postRequest(alice.device, "g", 1, "two")));
    expect(texts(bob)).toEqual(["message two"]);
  });

  test("RLY-1 what an older connection still sends is refused as replaced", () => {
    const first = value(
      world.run({ type: "hello", session: alice.device.session, storeCounter: 0 }),
    ).connection;
    const second = value(
      world.run({ type: "hello", session: alice.device.session, storeCounter: 0 }),
    ).connection;
    const from = (connection: number) => ({
      ...postRequest(alice.device, "g", 1, "x"),
      sender: { session: alice.device.session, connection },
    });
    expect(world.run(from(first))).toEqual(refusal("replaced"));
    expect(codes(world.run(from(second)))).toEqual(["ok"]);
    expect(texts(bob)).toEqual(["welcome", "message x"]);
  });

  test("RLY-14 large payloads go by reference and are there for those who got one", () => {
    const handshake = new Uint8Array(MAX_INLINE_BYTES + 1).fill(1);
    value(world.run(handshakeRequest(alice.device, "g", 2, { handshake })));
    const entry = mailboxOf(world, bob.device).at(-1);
    if (entry?.type !== "handshake" || !("hash" in entry.handshake)) throw new Error("not by reference");
    expect(entry.handshake.sizeBytes).toBe(handshake.length);
    const body = { type: "body", session: bob.device.session, hash: entry.handshake.hash } as const;
    expect(value(world.run(body)).bytes).toEqual(handshake);
    const dave = world.register("dave");
    expect(world.run({ ...body, session: dave.device.session })).toEqual(refusal("notFound"));
    ack(bob);
    expect(world.run(body)).toEqual(refusal("notFound"));
    expect(value(world.run({ ...body, session: carol.device.session })).bytes).toEqual(handshake);
  });

  test("RLY-14 payloads up to the limit are inside", () => {
    value(
      world.run(
        handshakeRequest(alice.device, "g", 2, { handshake: new Uint8Array(MAX_INLINE_BYTES).fill(1) }),
      ),
    );
    expect(mailboxOf(world, bob.device).at(-1)).toMatchObject({
      handshake: { inline: expect.any(Uint8Array) },
    });
  });

  test("RLY-18 entries older than the retention expire", () => {
    world.nowMs += 29 * 86_400_000;
    value(world.run(postRequest(alice.device, "g", 1, "young")));
    world.nowMs += 2 * 86_400_000;
    const { deleted, more } = value(world.run({ type: "sweep" }));
    expect([deleted, more]).toEqual([3, false]);
    expect(texts(bob)).toEqual(["message young"]);
  });

  test("ACC-9 frames of a session without a device, of no session, and of a deleted account are refused", () => {
    const post = postRequest(alice.device, "g", 1, "x");
    value(
      world.run({
        type: "openSession",
        userName: "alice",
        registrationRecord: "record of alice",
        session: "bare",
      }),
    );
    expect(world.run({ ...post, sender: { session: "bare", connection: null } })).toEqual(
      refusal("noDevice"),
    );
    expect(world.run(postRequest(makeDevice("nobody"), "g", 1, "x"))).toEqual(refusal("unauthorised"));
    value(world.run({ type: "deleteAccount", session: alice.device.session, userName: "alice" }));
    expect(world.run(post)).toEqual(refusal("unauthorised"));
    expect(texts(bob)).toEqual(["welcome", "departed"]);
  });

  test("RLY-2 a failed commit refuses the whole batch and tells nobody", () => {
    let full = false;
    const store = world.store;
    const failing = createRuleWorld(
      {},
      {
        transaction: (work) =>
          store.transaction((tx) => {
            const result = work(tx);
            if (full) throw new Error("disk full");
            return result;
          }),
        close() {},
      },
    );
    full = true;
    const outcomes = failing.batch([postRequest(alice.device, "g", 1, "lost"), { type: "info" }]);
    expect(outcomes).toEqual([
      { result: refusal("unavailable"), notices: [] },
      { result: refusal("unavailable"), notices: [] },
    ]);
    expect(failing.reported).toHaveLength(1);
    full = false;
    expect(texts(bob)).toEqual(["welcome"]);
  });

  test("RLY-2 a rule that throws is refused with internal, leaves nothing, and the rest of the batch goes on", () => {
    const store = world.store;
    const failing = createRuleWorld(
      {},
      {
        transaction: (work) =>
          store.transaction((tx) =>
            work({
              ...tx,
              updateDevice() {
                throw new Error("planted");
              },
            }),
          ),
        close() {},
      },
    );
    const broken = postRequest(alice.device, "g", 1, "lost");
    const outcomes = failing.batch([
      { ...broken, posts: broken.posts.map((item) => ({ ...item, storeCounter: 1 })) },
      postRequest(alice.device, "g", 1, "kept"),
    ]);
    expect(outcomes[0]).toEqual({ result: refusal("internal"), notices: [] });
    expect(outcomes[1]?.result.ok).toBe(true);
    expect(texts(bob)).toEqual(["welcome", "message kept"]);
  });

  test("a run of posts is one notice, which names each mailbox with its own first sequence", () => {
    value(world.run(postRequest(alice.device, "g", 1, "hi")));
    const entryOf = (who: TestAccount) => mailboxOf(world, who.device).at(-2)?.sequence;
    world.run({ type: "info" });
    value(world.run(postRequest(alice.device, "g", 1, "and", "again")));
    const [notice, ...others] = world.notices();
    expect(others).toEqual([]);
    if (notice?.type !== "delivered") throw new Error("not delivered");
    expect(unpackFrames(notice.frames)).toHaveLength(2);
    expect(notice.to).toEqual([
      { mailbox: bob.device.mailbox, first: entryOf(bob) },
      { mailbox: carol.device.mailbox, first: entryOf(carol) },
    ]);
  });

  test("a group id of a stored group names the entries", () => {
    expect(mailboxOf(world, bob.device)[0]).toMatchObject({
      type: "welcome",
      group: testId("g"),
      index: 1,
      conversation: testId("g conversation"),
      kind: "group",
      predecessor: null,
      welcome: { inline: utf8("welcome") },
    });
  });
});
