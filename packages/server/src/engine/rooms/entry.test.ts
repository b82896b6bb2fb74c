/** ROOM-6, ROOM-9: who comes into a room by an external commit, and who does not. */
import type { HandshakeParts } from "@sotto/protocol";
import { MAX_GROUP_DEVICES, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { HandshakeRequest, LeaveRequest } from "../../ports/requests.ts";
import type { TestAccount } from "../../testing/people.ts";
import { makeDevice, testId } from "../../testing/people.ts";
import {
  addDevice,
  adding,
  codes,
  groupRequest,
  handshakeRequest,
  mailboxOf,
  outline,
  postRequest,
  refusal,
  senderOf,
  value,
} from "../../testing/ruleWorld.ts";
import {
  ROOM,
  askInfo,
  doorOf,
  enter,
  fill,
  listOf,
  openedRoom,
  removing,
  settingDoor,
} from "../../testing/roomWorld.ts";

describe("ROOM-9 entering", () => {
  test("who has the door comes in: the others and the new one get the handshake, and it may post", () => {
    const { world, alice, bob, carol } = openedRoom();
    expect(world.run(enter(carol, 2))).toEqual({ ok: true, value: { index: 2 } });
    const boxes = [alice, bob, carol].map(({ device }) => outline(mailboxOf(world, device)).at(-1));
    expect(boxes).toEqual(["handshake", "handshake", "handshake"]);
    expect(listOf(world)).toEqual([alice, bob, carol].map(({ device }) => device.mailbox));
    expect(codes(world.run(postRequest(carol.device, ROOM, 2, "hello")))).toEqual(["ok"]);
    expect(outline(mailboxOf(world, alice.device)).at(-1)).toBe("message hello");
    expect(value(world.run(askInfo(carol)))).toEqual({ index: 2, sealed: utf8("info 2 of carol") });
    expect(world.reported).toEqual([]);
  });

  test.each([
    ["no door", { door: null }],
    ["another door", { door: doorOf("another") }],
    ["the hash in its place", { door: utf8("not 32 bytes") }],
  ])("%s: notMember, whatever index it names, as for a group that does not exist", (_, parts) => {
    const { world, carol } = openedRoom();
    for (const index of [1, 2, 9]) {
      const answer = world.run(enter(carol, index, parts));
      expect(answer).toEqual({ ok: false, refusal: { code: "notMember" } });
      expect(answer).toEqual(world.run({ ...enter(carol, index, parts), group: testId("no group") }));
    }
  });

  test.each(["group", "pair"] as const)("a %s has no door, though its members set one", (kind) => {
    const { world, alice, bob, carol } = openedRoom();
    const others = kind === "pair" ? adding(bob.device.mailbox) : {};
    const parts = { ...others, ...settingDoor("door"), sealedGroupInfo: utf8("info") };
    value(world.run(groupRequest(alice.device, "other", parts, { kind })));
    if (kind === "pair") value(world.run(handshakeRequest(bob.device, "other", 2)));
    const index = kind === "pair" ? 3 : 2;
    expect(world.run({ ...enter(carol, index), group: testId("other") })).toEqual(refusal("notMember"));
    expect(world.run(askInfo(carol, "door", "other"))).toEqual(refusal("forbidden"));
  });

  test("a room without a door lets nobody in, not even with the empty hash's words", () => {
    const { world, alice, carol } = openedRoom();
    value(world.run(groupRequest(alice.device, "shut", {}, { kind: "room" })));
    for (const door of [new Uint8Array(32), doorOf("door"), null])
      expect(world.run({ ...enter(carol, 2, { door }), group: testId("shut") })).toEqual(
        refusal("notMember"),
      );
  });

  test.each<[string, Partial<HandshakeParts>, string]>([
    ["adds somebody", { added: [testId("dave mailbox")] }, "badRequest"],
    ["welcomes somebody", adding(testId("dave mailbox")), "badRequest"],
    ["brings a new door", { doorHash: new Uint8Array(32) }, "badRequest"],
    ["brings no group info", { sealedGroupInfo: null }, "badRequest"],
    ["takes a member out", { removed: [testId("bob mailbox")] }, "forbidden"],
    ["is empty", { handshake: new Uint8Array() }, "badRequest"],
    ["names a mailbox twice", { removed: [testId("x"), testId("x")] }, "badRequest"],
  ])("an entry that %s is refused, and nothing has changed", (_, parts, code) => {
    const { world, alice, bob, carol, dave } = openedRoom();
    expect(world.run(enter(carol, 2, parts))).toEqual(refusal(code as "badRequest"));
    expect(listOf(world)).toEqual([alice.device.mailbox, bob.device.mailbox]);
    expect([carol, dave].map(({ device }) => mailboxOf(world, device))).toEqual([[], []]);
    expect(value(world.run(askInfo(carol)))).toMatchObject({ index: 1 });
  });

  test("a device of an account in the room comes in with the former ones going out", () => {
    const { world, alice, bob } = openedRoom();
    const { person, device } = addDevice(world, bob, "bob's laptop");
    const laptop = { ...person, device };
    value(world.run(enter(laptop, 2, { removed: [bob.device.mailbox] })));
    expect(listOf(world)).toEqual([alice.device.mailbox, device.mailbox]);
    expect(outline(mailboxOf(world, bob.device)).at(-1)).toBe("handshake");
  });

  test("a device whose mailbox went off the list takes its own former leaf out, and is on it again", () => {
    const { world, alice, bob } = openedRoom();
    value(world.run({ type: "leave", sender: senderOf(bob.device), group: testId(ROOM) }));
    value(world.run(enter(bob, 2, { removed: [bob.device.mailbox] })));
    expect(listOf(world)).toEqual([alice.device.mailbox, bob.device.mailbox]);
    expect(outline(mailboxOf(world, bob.device)).at(-1)).toBe("handshake");
  });

  test("an account enters so many rooms in an hour; refusals count nothing", () => {
    const { world, carol } = openedRoom({ roomJoins: { burst: 2, perHour: 2 } });
    const leave: LeaveRequest = { type: "leave", sender: senderOf(carol.device), group: testId(ROOM) };
    for (let i = 0; i < 5; i++) expect(world.run(enter(carol, 9))).toEqual(refusal("staleEpoch", 1));
    value(world.run(enter(carol, 2)));
    value(world.run(leave));
    value(world.run(enter(carol, 3)));
    value(world.run(leave));
    expect(world.run(enter(carol, 4))).toEqual(refusal("slowDown"));
    world.nowMs += 1_800_000;
    value(world.run(enter(carol, 4)));
  });
});

describe("ROOM-9 races", () => {
  test("two joiners for one index: one comes in, the other is told the index and comes in behind", () => {
    const { world, alice, bob, carol, dave } = openedRoom();
    const [first, second] = world.batch([enter(carol, 2), enter(dave, 2)]).map(({ result }) => result);
    expect(first).toEqual({ ok: true, value: { index: 2 } });
    expect(second).toEqual(refusal("staleEpoch", 2));
    expect(listOf(world)).not.toContain(dave.device.mailbox);
    expect(value(world.run(askInfo(dave)))).toMatchObject({ index: 2 });
    value(world.run(enter(dave, 3)));
    expect(listOf(world)).toEqual([alice, bob, carol, dave].map(({ device }) => device.mailbox));
    expect(outline(mailboxOf(world, carol.device))).toEqual(["handshake", "handshake"]);
    expect(outline(mailboxOf(world, dave.device))).toEqual(["handshake"]);
  });

  test("a joiner and a member's commit, either first", () => {
    for (const memberFirst of [true, false]) {
      const { world, bob, carol } = openedRoom();
      const commit = handshakeRequest(bob.device, ROOM, 2, { sealedGroupInfo: utf8("info 2 of bob") });
      const race = memberFirst ? [commit, enter(carol, 2)] : [enter(carol, 2), commit];
      const [won, lost] = world.batch(race).map(({ result }) => result);
      expect([won?.ok, lost]).toEqual([true, refusal("staleEpoch", 2)]);
      expect(listOf(world).length).toBe(memberFirst ? 2 : 3);
      expect(value(world.run(askInfo(carol)))).toMatchObject({ index: 2 });
    }
  });

  test("a removal at the same time shuts the door: the joiner's is the old one", () => {
    const { world, alice, bob, carol } = openedRoom();
    const out = removing(alice, 2, bob, "new door");
    const [, late] = world.batch([out, enter(carol, 2)]).map(({ result }) => result);
    expect(late).toEqual(refusal("notMember"));
    expect(world.run(enter(carol, 3))).toEqual(refusal("notMember"));
    value(world.run(enter(carol, 3, { door: doorOf("new door") })));
  });

  test("RLY-5 the same bytes again get the first answer, also when the answer was lost; other bytes do not", () => {
    const { world, alice, carol } = openedRoom();
    const request: HandshakeRequest = enter(carol, 2);
    value(world.run(request));
    expect(world.run(request)).toEqual({ ok: true, value: { index: 2 } });
    expect(outline(mailboxOf(world, carol.device))).toEqual(["handshake"]);
    expect(listOf(world)).toHaveLength(3);
    expect(world.run(enter(carol, 2, { handshake: utf8("other") }))).toEqual(refusal("staleEpoch", 2));
    value(world.run(handshakeRequest(alice.device, ROOM, 3)));
    expect(world.run(request)).toEqual(refusal("staleEpoch", 3));
  });
});

describe("ROOM-9 room", () => {
  test("a list of 256 takes nobody more; with one of the own out, it does", () => {
    const { world, alice, carol, bob } = openedRoom();
    const others = Array.from({ length: MAX_GROUP_DEVICES - 2 }, (_, i) => makeDevice(`filler ${i}`));
    world.store.transaction((tx) => {
      for (const filler of others) {
        const { device, mailbox, leafKey } = filler;
        const rest = { connection: 0, storeCounter: 0, acked: 0 };
        tx.insertDevice({ device, account: alice.account, mailbox, leafKey, ...rest });
        tx.addMember(testId(ROOM), mailbox);
      }
    });
    expect(world.run(enter(carol, 2))).toEqual(refusal("tooLarge"));
    const { person, device } = addDevice(world, bob, "bob's laptop");
    const laptop: TestAccount = { ...person, device };
    expect(world.run(enter(laptop, 2))).toEqual(refusal("tooLarge"));
    value(world.run(enter(laptop, 2, { removed: [bob.device.mailbox] })));
    expect(listOf(world)).toHaveLength(MAX_GROUP_DEVICES);
  });

  test("a joiner without room in its own mailbox stays out, with nothing changed; a member's full one holds nobody up", () => {
    const { world, alice, bob, carol, dave } = openedRoom({ mailboxMaxEntries: 1 });
    fill(world, carol, 2);
    expect(world.run(enter(carol, 2))).toEqual(refusal("mailboxFull"));
    expect(listOf(world)).toEqual([alice.device.mailbox, bob.device.mailbox]);
    expect(value(world.run(askInfo(carol)))).toMatchObject({ index: 1 });
    fill(world, bob, 2);
    value(world.run(enter(dave, 2)));
    expect(listOf(world)).toEqual([alice.device.mailbox, dave.device.mailbox]);
    expect(outline(mailboxOf(world, dave.device))).toEqual(["handshake", "departed"]);
  });
});
