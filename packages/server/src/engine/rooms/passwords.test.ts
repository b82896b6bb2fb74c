/** ROOM-2 to ROOM-8 at the store: codes and passwords of rooms, group info, and when they go. */
import type { GroupId } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { signList, successor, testId } from "../../testing/people.ts";
import {
  CODE,
  ROOM,
  askInfo,
  doorOf,
  enter,
  openRoom,
  openedRoom,
  putInfo,
  putRoom,
  removing,
  settingDoor,
} from "../../testing/roomWorld.ts";
import { groupRequest, handshakeRequest, refusal, senderOf, value } from "../../testing/ruleWorld.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import type { TestAccount } from "../../testing/people.ts";

const OTHER = "0123456789ab";
const found = { ok: true, value: { group: testId<GroupId>(ROOM), sealedSecret: utf8("secret 1") } };
const recordFor = (world: RuleWorld, { device }: TestAccount, code = CODE): string | null =>
  value(world.run({ type: "roomRecord", session: device.session, code })).registrationRecord;
const leave = (world: RuleWorld, { device }: TestAccount, group = ROOM) =>
  value(world.run({ type: "leave", sender: senderOf(device), group: testId(group) }));

describe("ROOM-4 a room's code and password", () => {
  test("are put by a member, and open the room's secret to whoever has proved the password", () => {
    const { world, alice, carol } = openedRoom();
    expect([recordFor(world, carol), world.run(openRoom(carol))]).toEqual([
      null,
      refusal("wrongCredentials"),
    ]);
    value(world.run(putRoom(alice, 1)));
    expect(recordFor(world, carol)).toBe(`record of ${CODE}`);
    expect(world.run(openRoom(carol))).toEqual(found);
    const wrong = { ...openRoom(carol), registrationRecord: "another record" };
    expect(world.run(wrong)).toEqual({ ok: false, refusal: { code: "wrongCredentials" } });
    expect(world.run({ ...openRoom(carol), code: OTHER })).toEqual(world.run(wrong));
  });

  test("again by the same or another member take the place of those before", () => {
    const { world, alice, bob, carol } = openedRoom();
    value(world.run(putRoom(alice, 1)));
    value(world.run(putRoom(alice, 1)));
    value(world.run(putRoom(bob, 1, OTHER)));
    expect([recordFor(world, carol), recordFor(world, carol, OTHER)]).toEqual([null, `record of ${OTHER}`]);
    expect(world.run(openRoom(carol))).toEqual(refusal("wrongCredentials"));
    expect(world.run(openRoom(carol, OTHER)).ok).toBe(true);
  });

  test("are refused from those outside, as for a group that does not exist, and for what is no room", () => {
    const { world, alice, bob, carol } = openedRoom();
    expect(world.run(putRoom(carol, 1))).toEqual({ ok: false, refusal: { code: "notMember" } });
    expect(world.run(putRoom(carol, 1, CODE, "no group"))).toEqual(world.run(putRoom(carol, 1)));
    value(world.run(groupRequest(alice.device, "group", settingDoor("door"))));
    expect(world.run(putRoom(alice, 1, CODE, "group"))).toEqual(refusal("forbidden"));
    leave(world, bob);
    expect(world.run(putRoom(bob, 1))).toEqual(refusal("notMember"));
    expect(recordFor(world, carol)).toBe(null);
  });

  test("are of the secret that the door was made of last, or of none", () => {
    const { world, alice, bob } = openedRoom();
    expect([0, 2].map((k) => world.run(putRoom(alice, k)))).toEqual([
      refusal("staleEpoch", 1),
      refusal("staleEpoch", 1),
    ]);
    value(world.run(handshakeRequest(alice.device, ROOM, 2)));
    value(world.run(putRoom(alice, 1)));
    value(world.run(removing(alice, 3, bob, "new door")));
    expect(world.run(putRoom(alice, 1, OTHER))).toEqual(refusal("staleEpoch", 3));
    value(world.run(putRoom(alice, 3, OTHER)));
    value(world.run(groupRequest(alice.device, "shut", {}, { kind: "room" })));
    expect(world.run(putRoom(alice, 1, "shutshutshut", "shut"))).toEqual(refusal("staleEpoch", 0));
  });

  test("an account gives so many in an hour; what is refused before does not count", () => {
    const { world, alice, bob } = openedRoom({ roomPasswords: { burst: 2, perHour: 2 } });
    for (let k = 2; k < 9; k++) expect(world.run(putRoom(alice, k))).toEqual(refusal("staleEpoch"));
    value(world.run(putRoom(alice, 1)));
    value(world.run(putRoom(alice, 1)));
    expect(world.run(putRoom(alice, 1))).toEqual(refusal("slowDown"));
    value(world.run(putRoom(bob, 1)));
  });
});

describe("ROOM-2 a code", () => {
  test("is one room's alone", () => {
    const { world, alice, carol } = openedRoom();
    value(world.run(putRoom(alice, 1)));
    value(world.run(groupRequest(carol.device, "trap", settingDoor("trap"), { kind: "room" })));
    expect(world.run(putRoom(carol, 1, CODE, "trap"))).toEqual(refusal("conflict"));
    expect(world.run(openRoom(carol))).toEqual(found);
  });

  test("is never another's: who was put out, or was the last, cannot lie in wait at the old one", () => {
    const { world, alice, bob, carol } = openedRoom();
    value(world.run(putRoom(alice, 1)));
    value(world.run(removing(alice, 2, bob, "new door")));
    value(world.run(groupRequest(bob.device, "trap", settingDoor("trap"), { kind: "room" })));
    expect(world.run(putRoom(bob, 1, CODE, "trap"))).toEqual(refusal("conflict"));
    value(world.run(putRoom(alice, 2, OTHER)));
    expect(world.run(putRoom(alice, 2, CODE))).toEqual(refusal("conflict"));
    leave(world, alice);
    for (const code of [CODE, OTHER])
      expect(world.run(putRoom(bob, 1, code, "trap"))).toEqual(refusal("conflict"));
    expect(recordFor(world, carol)).toBe(null);
  });
});

describe("ROOM-6 a new door", () => {
  test("drops code and password in the same transaction: they answer as those of an unknown room", () => {
    const { world, alice, bob, carol } = openedRoom();
    value(world.run(putRoom(alice, 1)));
    const unknown = world.run(openRoom(carol, OTHER));
    const [, opened] = world.batch([removing(alice, 2, bob, "new door"), openRoom(carol)]);
    expect(opened?.result).toEqual(unknown);
    expect(recordFor(world, carol)).toBe(recordFor(world, carol, OTHER));
    expect(world.run(askInfo(bob))).toEqual(refusal("forbidden"));
    expect(value(world.run(askInfo(bob, "new door")))).toEqual({
      index: 2,
      sealed: utf8("info 2 of alice"),
    });
  });

  test("that is refused drops nothing; a handshake without one, nor does an entry", () => {
    const { world, alice, bob, carol } = openedRoom();
    value(world.run(putRoom(alice, 1)));
    expect(world.run(removing(alice, 3, bob, "new door"))).toEqual(refusal("staleEpoch", 1));
    value(world.run(handshakeRequest(bob.device, ROOM, 2)));
    value(world.run(enter(carol, 3)));
    expect(world.run(openRoom(carol))).toEqual(found);
    value(world.run(putRoom(carol, 1, OTHER)));
  });
});

describe("ROOM-7 group info", () => {
  test("is given to whoever has the door, with the handshake of which it is", () => {
    const { world, alice, carol } = openedRoom();
    const first = { index: 1, sealed: utf8("info 1 of alice") };
    expect([alice, carol].map((who) => value(world.run(askInfo(who))))).toEqual([first, first]);
    value(world.run(handshakeRequest(alice.device, ROOM, 2, { sealedGroupInfo: utf8("two") })));
    expect(value(world.run(askInfo(carol)))).toEqual({ index: 2, sealed: utf8("two") });
    value(world.run(handshakeRequest(alice.device, ROOM, 3)));
    expect(value(world.run(askInfo(carol))).index).toBe(2);
  });

  test("has one answer for another door, no door, no info, another kind and no group", () => {
    const { world, alice, bob } = openedRoom();
    const parts = { ...settingDoor("door"), sealedGroupInfo: utf8("info") };
    value(world.run(groupRequest(alice.device, "group", parts)));
    value(world.run(groupRequest(alice.device, "no info", settingDoor("door"), { kind: "room" })));
    value(
      world.run(groupRequest(alice.device, "no door", { sealedGroupInfo: utf8("info") }, { kind: "room" })),
    );
    const answers = [
      askInfo(bob, "another"),
      { ...askInfo(bob), door: new Uint8Array(32) },
      ...["group", "no info", "no door", "no group"].map((name) => askInfo(bob, "door", name)),
      { ...askInfo(bob, "door", "no door"), door: doorOf("") },
    ].map((request) => world.run(request));
    for (const answer of answers) expect(answer).toEqual({ ok: false, refusal: { code: "forbidden" } });
  });

  test("is asked for and put right so many times in an hour", () => {
    const { world, bob, carol } = openedRoom({ groupInfos: { burst: 2, perHour: 2 } });
    world.run(askInfo(carol, "another"));
    world.run(askInfo(carol));
    expect(world.run(askInfo(carol))).toEqual(refusal("slowDown"));
    expect(world.run(putInfo(carol, 1, "x"))).toEqual(refusal("slowDown"));
    expect(world.run(askInfo(bob)).ok).toBe(true);
  });
});

describe("ROOM-8 putting group info right", () => {
  const infoIs = (world: RuleWorld, who: TestAccount) => value(world.run(askInfo(who)));

  test("a member replaces one of an earlier handshake", () => {
    const { world, alice, bob } = openedRoom();
    value(world.run(handshakeRequest(alice.device, ROOM, 2)));
    value(world.run(putInfo(alice, 2, "of the head")));
    expect(infoIs(world, bob)).toEqual({ index: 2, sealed: utf8("of the head") });
    expect(world.run(putInfo(bob, 2, "late"))).toEqual(refusal("conflict"));
  });

  test("one that came with a handshake which others refuse is replaced once, and not by its own account", () => {
    const { world, alice, bob, carol } = openedRoom();
    value(world.run(enter(carol, 2)));
    expect(world.run(putInfo(carol, 2, "mine"))).toEqual(refusal("conflict"));
    value(world.run(putInfo(bob, 2, "of those who are in")));
    for (const who of [alice, bob, carol])
      expect(world.run(putInfo(who, 2, "again"))).toEqual(refusal("conflict"));
    expect(infoIs(world, alice).sealed).toEqual(utf8("of those who are in"));
    value(world.run(handshakeRequest(carol.device, ROOM, 3, { sealedGroupInfo: utf8("three") })));
    expect(infoIs(world, alice)).toEqual({ index: 3, sealed: utf8("three") });
  });

  test("only of the current handshake, by members, of rooms", () => {
    const { world, alice, bob, carol } = openedRoom();
    value(world.run(handshakeRequest(alice.device, ROOM, 2)));
    for (const index of [0, 1, 3])
      expect(world.run(putInfo(bob, index, "x"))).toEqual(refusal("staleEpoch", 2));
    expect(world.run(putInfo(carol, 2, "x"))).toEqual({ ok: false, refusal: { code: "notMember" } });
    expect(world.run(putInfo(carol, 2, "x", "no group"))).toEqual(world.run(putInfo(carol, 2, "x")));
    value(world.run(groupRequest(alice.device, "group")));
    expect(world.run(putInfo(alice, 1, "x", "group"))).toEqual(refusal("forbidden"));
    expect(infoIs(world, bob).index).toBe(1);
  });
});

describe("ROOM-11 what remains", () => {
  test("with the last mailbox everything of the room goes, however it goes", () => {
    const endings: Record<string, (world: RuleWorld, who: TestAccount) => void> = {
      leaving: (world, who) => leave(world, who),
      "an own commit": (world, { device }) =>
        void value(world.run(handshakeRequest(device, ROOM, 3, { removed: [device.mailbox] }))),
      revocation: (world, who) => {
        const { session, device } = who.device;
        const deviceList = signList(who, successor(who.list, [{ ...who.device, revokedIn: 2 }]));
        const keyPackages = { packages: [], lastResort: null };
        value(world.run({ type: "putDeviceList", session, deviceList, device, keyPackages, vault: null }));
      },
      deletion: (world, { device, userName }) =>
        void value(world.run({ type: "deleteAccount", session: device.session, userName })),
    };
    for (const end of Object.values(endings)) {
      const { world, alice, bob, carol } = openedRoom();
      value(world.run(removing(alice, 2, bob, "door")));
      value(world.run(putRoom(alice, 2)));
      expect(world.run(openRoom(carol)).ok).toBe(true);
      end(world, alice);
      expect(world.run(openRoom(carol))).toEqual(refusal("wrongCredentials"));
      expect(recordFor(world, carol)).toBe(null);
      expect(world.run(askInfo(carol))).toEqual(refusal("forbidden"));
      expect(world.run(enter(carol, 3))).toEqual(refusal("notMember"));
      expect(world.store.transaction((tx) => tx.roomOf(testId(ROOM)))).toBe(undefined);
      expect(world.reported).toEqual([]);
    }
  });

  test("one of two going leaves the room open to those who know its password", () => {
    const { world, alice, bob, carol } = openedRoom();
    value(world.run(putRoom(alice, 1)));
    leave(world, alice);
    expect(world.run(openRoom(carol))).toEqual(found);
    value(world.run(enter(carol, 2)));
    leave(world, bob);
    expect(world.run(openRoom(carol))).toEqual(found);
  });

  test("ACC-9 every question needs a device", () => {
    const { world, alice } = openedRoom();
    const asks = [putRoom(alice, 1), openRoom(alice), askInfo(alice), putInfo(alice, 1, "x")];
    for (const request of asks)
      expect(world.run({ ...request, session: "0".repeat(64) })).toEqual(refusal("unauthorised"));
    const record = { type: "roomRecord", session: "0".repeat(64), code: CODE } as const;
    expect(world.run(record)).toEqual(refusal("unauthorised"));
  });
});
