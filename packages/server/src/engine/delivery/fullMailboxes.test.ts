/** RLY-26: a full mailbox does not hold up its group. */
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { TestAccount } from "../../testing/people.ts";
import { testId } from "../../testing/people.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import {
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

interface Three {
  readonly world: RuleWorld;
  readonly alice: TestAccount;
  readonly bob: TestAccount;
  readonly carol: TestAccount;
}

/** Three contacts who see nothing of each other, in the group "g", with empty mailboxes. */
function three(settings: Parameters<typeof createRuleWorld>[0]): Three {
  const world = createRuleWorld(settings);
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) => world.register(name)) as [
    TestAccount,
    TestAccount,
    TestAccount,
  ];
  befriend(world, alice, bob, carol);
  value(world.run(groupRequest(alice.device, "g", adding(bob.device.mailbox, carol.device.mailbox))));
  for (const who of [alice, bob, carol]) ack(world, who);
  return { world, alice, bob, carol };
}

function ack(world: RuleWorld, { device }: TestAccount): void {
  value(world.run({ type: "ack", sender: senderOf(device), sequence: 1e9, storeCounter: 0 }));
}

const waiting = (world: RuleWorld, { device }: TestAccount): readonly string[] =>
  outline(mailboxOf(world, device));
const listOf = (world: RuleWorld, { device }: TestAccount) =>
  world.run({ type: "groupMailboxes", session: device.session, group: testId("g") });
const post = (world: RuleWorld, who: TestAccount, index: number, ...texts: readonly string[]) =>
  codes(world.run(postRequest(who.device, "g", index, ...texts)));

describe("messages", () => {
  test("go to those who have room; who has none is told once, and again when more is left out after it has got some", () => {
    const { world, alice, bob, carol } = three({ mailboxMaxEntries: 2 });
    expect(post(world, alice, 1, "1", "2")).toEqual(["ok", "ok"]);
    ack(world, bob);
    expect(post(world, alice, 1, "3")).toEqual(["ok"]);
    ack(world, bob);
    expect(post(world, alice, 1, "4")).toEqual(["ok"]);
    expect(waiting(world, bob)).toEqual(["message 4"]);
    expect(waiting(world, carol)).toEqual(["message 1", "message 2", "missed"]);
    expect(mailboxOf(world, carol.device).at(-1)).toMatchObject({ group: testId("g") });
    ack(world, carol);
    ack(world, bob);
    expect(post(world, alice, 1, "5", "6")).toEqual(["ok", "ok"]);
    ack(world, bob);
    expect(post(world, alice, 1, "7")).toEqual(["ok"]);
    expect(waiting(world, carol)).toEqual(["message 5", "message 6", "missed"]);
  });

  test("that come at once go as far as there is room, in order, without a hole before the note", () => {
    const { world, alice, bob, carol } = three({ mailboxMaxEntries: 4 });
    post(world, bob, 1, "a", "b");
    ack(world, alice);
    expect(post(world, alice, 1, "1", "2", "3", "4")).toEqual(["ok", "ok", "ok", "ok"]);
    const told = world.notices().map((notice) => (notice.type === "delivered" ? notice.to : []));
    expect(told.map((to) => to.map(({ mailbox }) => mailbox))).toEqual([
      [bob.device.mailbox],
      [carol.device.mailbox],
      [carol.device.mailbox],
    ]);
    expect(waiting(world, bob)).toEqual(["message 1", "message 2", "message 3", "message 4"]);
    expect(waiting(world, carol)).toEqual(["message a", "message b", "message 1", "message 2", "missed"]);
  });

  test("nothing follows what was left out of a burst, however small it is", () => {
    const { world, alice, bob, carol } = three({ mailboxMaxBytes: 3000 });
    post(world, bob, 1, "x".repeat(1500));
    ack(world, alice);
    expect(post(world, alice, 1, "y".repeat(2000), "small")).toEqual(["ok", "ok"]);
    expect(waiting(world, carol).map((entry) => entry.slice(0, 9))).toEqual(["message x", "missed"]);
    expect(waiting(world, bob)).toHaveLength(2);
    // The next request looks anew: what fits now goes, and the note stands before it.
    expect(post(world, alice, 1, "small")).toEqual(["ok"]);
    expect(waiting(world, carol).at(-1)).toBe("message small");
  });

  test("wait at their sender when there is room in no other mailbox", () => {
    const { world, alice, bob, carol } = three({ mailboxMaxEntries: 1 });
    expect(post(world, alice, 1, "1")).toEqual(["ok"]);
    expect(post(world, alice, 1, "2")).toEqual(["mailboxFull"]);
    expect([waiting(world, bob), waiting(world, carol)]).toEqual([["message 1"], ["message 1"]]);
    ack(world, carol);
    expect(post(world, alice, 1, "2", "3")).toEqual(["ok", "mailboxFull"]);
    expect(waiting(world, bob)).toEqual(["message 1", "missed"]);
    expect(waiting(world, carol)).toEqual(["message 2"]);
  });

  test("of a device alone in its group are taken, as before", () => {
    const { world, alice, bob, carol } = three({ mailboxMaxEntries: 1 });
    const removed = [bob.device.mailbox, carol.device.mailbox];
    value(world.run(handshakeRequest(alice.device, "g", 2, { removed })));
    expect(post(world, alice, 2, "1", "2")).toEqual(["ok", "ok"]);
  });

  test("take no room from handshakes beyond the one note", () => {
    const { world, alice, bob, carol } = three({ mailboxMaxEntries: 2 });
    for (const text of ["1", "2", "3", "4", "5"]) {
      expect(post(world, alice, 1, text)).toEqual(["ok"]);
      ack(world, bob);
    }
    expect(waiting(world, carol)).toEqual(["message 1", "message 2", "missed"]);
    value(world.run(handshakeRequest(bob.device, "g", 2)));
    expect(waiting(world, carol)).toEqual(["message 1", "message 2", "missed", "handshake"]);
    expect(post(world, alice, 2, "6")).toEqual(["ok"]);
    expect(waiting(world, carol)).toHaveLength(4);
  });
});

describe("handshakes", () => {
  /** Carol is away for as many handshakes as her mailbox takes. */
  function fill(): Three {
    const all = three({ mailboxMaxEntries: 2 });
    const { world, alice, bob } = all;
    for (const index of [2, 3, 4, 5]) {
      value(world.run(handshakeRequest(alice.device, "g", index)));
      for (const who of [alice, bob]) ack(world, who);
    }
    return all;
  }

  test("go on: the full mailbox goes off the list, it and the others are told", () => {
    const { world, alice, bob, carol } = fill();
    value(world.run(handshakeRequest(bob.device, "g", 6)));
    for (const who of [alice, bob]) expect(waiting(world, who)).toEqual(["handshake", "departed"]);
    expect(mailboxOf(world, alice.device).at(-1)).toMatchObject({ mailbox: carol.device.mailbox });
    expect(waiting(world, carol)).toEqual([...Array.from({ length: 4 }, () => "handshake"), "missed"]);
    expect(value(listOf(world, bob)).mailboxes).toEqual([alice.device.mailbox, bob.device.mailbox]);
    expect(listOf(world, carol)).toEqual(refusal("notMember"));
    expect(post(world, carol, 6, "x")).toEqual(["notMember"]);
  });

  test("a mailbox that went off the list is brought back by a commit that welcomes it, once it has been read", () => {
    const { world, alice, bob, carol } = fill();
    value(world.run(handshakeRequest(bob.device, "g", 6)));
    for (const who of [alice, bob]) ack(world, who);
    const again = (index: number) =>
      value(world.run(handshakeRequest(alice.device, "g", index, adding(carol.device.mailbox))));
    again(7);
    // Still full: nothing reached it, and all are told.
    expect(waiting(world, bob)).toEqual(["handshake", "departed"]);
    expect(waiting(world, carol)).toHaveLength(5);
    expect(value(listOf(world, bob)).mailboxes).not.toContain(carol.device.mailbox);
    ack(world, carol);
    again(8);
    expect(waiting(world, carol)).toEqual(["welcome"]);
    ack(world, alice);
    expect(post(world, carol, 8, "back")).toEqual(["ok"]);
  });

  test("the note is the last thing that a full mailbox takes, however often it is put on the list", () => {
    const { world, alice, bob, carol } = fill();
    for (let index = 6; index < 20; index += 2) {
      value(world.run(handshakeRequest(alice.device, "g", index)));
      value(world.run(handshakeRequest(alice.device, "g", index + 1, { added: [carol.device.mailbox] })));
      for (const who of [alice, bob]) ack(world, who);
    }
    expect(waiting(world, carol)).toHaveLength(6);
    expect(world.reported).toEqual([]);
  });

  test("wait for the sender's own mailbox: it would not learn that its commit counts", () => {
    const { world, alice, bob, carol } = fill();
    expect(world.run(handshakeRequest(carol.device, "g", 6))).toEqual(refusal("mailboxFull"));
    ack(world, carol);
    expect(value(world.run(handshakeRequest(carol.device, "g", 6))).index).toBe(6);
    expect(waiting(world, alice)).toEqual(["handshake"]);
    expect(waiting(world, bob)).toEqual(["handshake"]);
  });

  test("one that removes the full mailbox reaches it as its last entry", () => {
    const { world, alice, bob, carol } = fill();
    value(world.run(handshakeRequest(bob.device, "g", 6, { removed: [carol.device.mailbox] })));
    expect(waiting(world, alice)).toEqual(["handshake"]);
    expect(waiting(world, carol).at(-1)).toBe("handshake");
    expect(waiting(world, carol)).toHaveLength(5);
  });

  test("a new group begins without those who have no room for its Welcome", () => {
    const { world, alice, bob, carol } = fill();
    const request = groupRequest(alice.device, "h", adding(bob.device.mailbox, carol.device.mailbox), {
      firstMessage: utf8("hello"),
    });
    value(world.run(request));
    expect(waiting(world, alice)).toEqual(["handshake", "departed"]);
    expect(waiting(world, bob)).toEqual(["welcome", "message hello", "departed"]);
    expect(waiting(world, carol)).toHaveLength(4);
    expect(world.run(groupRequest(carol.device, "i", adding(bob.device.mailbox)))).toEqual(
      refusal("mailboxFull"),
    );
  });

  test("BLB-6 who went off the list is not waited for any more", () => {
    const { world, bob, carol } = fill();
    const { session } = bob.device;
    const blob = {
      type: "createBlob",
      session,
      blob: testId<never>("b"),
      group: testId<never>("g"),
    } as const;
    value(world.run({ ...blob, sizeBytes: 4096, place: "p", roomBytes: 1e9 }));
    value(world.run(handshakeRequest(bob.device, "g", 6)));
    const find = { type: "findBlob", blob: testId<never>("b"), use: "read" } as const;
    expect(world.run({ ...find, session: carol.device.session })).toEqual(refusal("notFound"));
    expect(world.run({ ...find, session }).ok).toBe(true);
  });
});
