/** Groups at the server: who comes on a list, how many groups there may be, who is told the list, and how it changes. */
import type { GroupKind } from "@sotto/protocol";
import { MAX_GROUP_DEVICES } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { TestAccount, TestDevice } from "../../testing/people.ts";
import { signList, successor, testId } from "../../testing/people.ts";
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

function begin(settings: Parameters<typeof createRuleWorld>[0] = {}): void {
  world = createRuleWorld(settings);
  [alice, bob, carol] = ["alice", "bob", "carol"].map((name) => world.register(name)) as [
    TestAccount,
    TestAccount,
    TestAccount,
  ];
}
beforeEach(() => begin());

const waiting = ({ device }: { readonly device: TestDevice }): readonly string[] =>
  outline(mailboxOf(world, device));
const leave = (device: TestDevice, name: string) =>
  world.run({ type: "leave", sender: senderOf(device), group: testId(name) });
const listFor = ({ session }: TestDevice, name: string) =>
  world.run({ type: "groupMailboxes", session, group: testId(name) });
const boxes = (...devices: readonly { readonly device: TestDevice }[]) =>
  devices.map(({ device }) => device.mailbox);
const exists = (name: string): boolean =>
  world.store.transaction((tx) => tx.group(testId(name))) !== undefined;

/** A group of alice, bob and carol. Only alice has contacts. */
function three(): void {
  befriend(world, alice, bob);
  befriend(world, alice, carol);
  value(world.run(groupRequest(alice.device, "g", adding(...boxes(bob, carol)))));
}

describe("RLY-23 who may be added", () => {
  const create = (by: TestAccount, to: readonly TestAccount[], kind: GroupKind = "group", name = "g") =>
    world.run(groupRequest(by.device, name, adding(...boxes(...to)), { kind }));

  test.each(["group", "room"] as const)("a %s begins with contacts and own devices", (kind) => {
    expect(create(alice, [bob], kind)).toEqual(refusal("forbidden"));
    befriend(world, alice, bob);
    expect(create(alice, [bob, carol], kind)).toEqual(refusal("forbidden"));
    expect(exists("g")).toBe(false);
    expect([waiting(bob), waiting(carol)]).toEqual([[], []]);
    const { device: laptop } = addDevice(world, alice, "laptop");
    const all = adding(bob.device.mailbox, laptop.mailbox);
    expect(value(world.run(groupRequest(alice.device, "g", all, { kind }))).index).toBe(1);
  });

  test("a request that nobody has accepted makes no contact, in either direction, nor does one that was ended", () => {
    value(world.run(groupRequest(alice.device, "p", adding(...boxes(bob)), { kind: "pair" })));
    expect([create(alice, [bob]), create(bob, [alice])]).toEqual([
      refusal("forbidden"),
      refusal("forbidden"),
    ]);
    value(world.run(handshakeRequest(bob.device, "p", 2)));
    expect(create(alice, [bob]).ok).toBe(true);
    expect(create(bob, [alice], "group", "h").ok).toBe(true);
    value(leave(bob.device, "p"));
    expect([create(alice, [bob], "group", "i"), create(bob, [alice], "group", "i")]).toEqual([
      refusal("forbidden"),
      refusal("forbidden"),
    ]);
  });

  test("a pair of others, a group in common and one's own pair with oneself are no contact", () => {
    three();
    befriend(world, bob, world.register("dave"));
    const { device: daves } = world.register("dave2");
    expect(create(carol, [bob], "group", "h")).toEqual(refusal("forbidden"));
    expect(world.run(groupRequest(alice.device, "h", adding(daves.mailbox)))).toEqual(refusal("forbidden"));
  });

  test("whoever is in the group brings in contacts of its own, and further devices of those who are there", () => {
    three();
    const dave = world.register("dave");
    const add = (by: TestAccount, index: number, ...mailboxes: readonly TestDevice["mailbox"][]) =>
      world.run(handshakeRequest(by.device, "g", index, adding(...mailboxes)));
    expect(add(bob, 2, dave.device.mailbox)).toEqual(refusal("forbidden"));
    befriend(world, alice, dave);
    expect(add(bob, 2, dave.device.mailbox)).toEqual(refusal("forbidden"));
    const { device: tablet } = addDevice(world, carol, "tablet");
    expect(add(bob, 2, tablet.mailbox, dave.device.mailbox)).toEqual(refusal("forbidden"));
    expect(value(add(bob, 2, tablet.mailbox)).index).toBe(2);
    expect(value(add(alice, 3, dave.device.mailbox)).index).toBe(3);
    expect(waiting(dave)).toEqual(["welcome"]);
  });

  test("a device takes the place of another of its account, though the account then has no other on the list", () => {
    three();
    const { device: phone } = addDevice(world, carol, "new phone");
    const change = { ...adding(phone.mailbox), removed: boxes(carol) };
    value(world.run(handshakeRequest(bob.device, "g", 2, change)));
    expect(outline(mailboxOf(world, phone))).toEqual(["welcome"]);
    const back = handshakeRequest(bob.device, "g", 3, {
      ...adding(...boxes(carol)),
      removed: [phone.mailbox],
    });
    expect(value(world.run(back)).index).toBe(3);
    value(world.run(handshakeRequest(bob.device, "g", 4, { removed: boxes(carol) })));
    expect(world.run(handshakeRequest(bob.device, "g", 5, adding(...boxes(carol))))).toEqual(
      refusal("forbidden"),
    );
  });

  test("an account that moves to another device stays its contacts', before and after their pair has that device", () => {
    three();
    const { person, device: phone } = addDevice(world, carol, "new phone");
    revoke({ ...person, device: phone }, carol.device);
    expect(value(listFor(bob.device, "g")).mailboxes).toEqual(boxes(alice, bob));
    const add = (by: TestAccount, index: number) =>
      world.run(handshakeRequest(by.device, "g", index, { ...adding(phone.mailbox), removed: boxes(carol) }));
    const pair = (index: number, change: Parameters<typeof handshakeRequest>[3]) =>
      value(world.run(handshakeRequest(alice.device, "contacts alice and carol", index, change)));
    expect(add(bob, 2)).toEqual(refusal("forbidden"));
    value(add(alice, 2));
    expect(outline(mailboxOf(world, phone))).toEqual(["welcome"]);
    pair(3, { ...adding(phone.mailbox), removed: boxes(carol) });
    value(world.run(handshakeRequest(alice.device, "g", 3, { removed: [phone.mailbox] })));
    value(add(alice, 4));
    value(leave(phone, "contacts alice and carol"));
    value(world.run(handshakeRequest(alice.device, "g", 5, { removed: [phone.mailbox] })));
    expect(add(alice, 6)).toEqual(refusal("forbidden"));
  });

  test("one whose device was revoked is no contact once the pair has removed it, nor when the account is gone", () => {
    three();
    const { person, device: phone } = addDevice(world, carol, "new phone");
    revoke({ ...person, device: phone }, carol.device);
    const change = { removed: boxes(carol) };
    value(world.run(handshakeRequest(alice.device, "contacts alice and carol", 3, change)));
    expect(world.run(handshakeRequest(alice.device, "g", 2, adding(phone.mailbox)))).toEqual(
      refusal("forbidden"),
    );
    expect(world.store.transaction((tx) => tx.hasOpenPair(alice.account, bob.account))).toBe(true);
    value(world.run({ type: "deleteAccount", session: bob.device.session, userName: "bob" }));
    expect(world.store.transaction((tx) => tx.hasOpenPair(alice.account, bob.account))).toBe(false);
  });

  test("the answer says neither who was meant nor which of several", () => {
    befriend(world, alice, bob);
    const dave = world.register("dave");
    const answers = [[carol], [carol, bob], [dave, carol]].map((people) => create(alice, people));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

describe("RLY-24 how many", () => {
  const create = (by: TestAccount, name: string, kind: GroupKind = "group") =>
    world.run(groupRequest(by.device, name, {}, { kind }));

  test("an account has made so many groups and rooms that still exist; those of others and pairs do not count", () => {
    begin({ groupsPerAccount: 2 });
    befriend(world, alice, bob);
    value(world.run(groupRequest(alice.device, "g", adding(...boxes(bob)))));
    value(create(alice, "h", "room"));
    expect(create(alice, "i")).toEqual(refusal("quotaExceeded"));
    expect(value(create(alice, "h", "room")).index).toBe(1);
    value(create(bob, "i"));
    value(world.run(groupRequest(alice.device, "p", adding(...boxes(carol)), { kind: "pair" })));
    value(leave(alice.device, "g"));
    expect(create(alice, "j")).toEqual(refusal("quotaExceeded"));
    value(leave(bob.device, "g"));
    value(create(alice, "j"));
  });

  test("an account makes so many in an hour, and the same one again costs nothing", () => {
    begin({ newGroups: { burst: 2, perHour: 2 } });
    value(create(alice, "g"));
    for (let i = 0; i < 5; i++) value(create(alice, "g"));
    value(create(alice, "h"));
    expect(create(alice, "i")).toEqual(refusal("slowDown"));
    expect(create(bob, "i").ok).toBe(true);
    world.nowMs += 1_800_000;
    value(create(alice, "j"));
  });

  test("a group has at most 256 devices, added at once or one after another", () => {
    befriend(world, alice, bob);
    world.store.transaction((tx) => {
      for (let i = 0; i < MAX_GROUP_DEVICES; i++)
        tx.insertDevice({
          ...fields(bob.device),
          device: testId(`d${i}`),
          account: bob.account,
          mailbox: testId(`m${i}`),
        });
    });
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => testId<TestDevice["mailbox"]>(`m${i}`));
    expect(world.run(groupRequest(alice.device, "g", { added: many(256) }))).toEqual(refusal("tooLarge"));
    value(world.run(groupRequest(alice.device, "g", { added: many(255) })));
    expect(world.run(handshakeRequest(alice.device, "g", 2, { added: many(256) }))).toEqual(
      refusal("tooLarge"),
    );
    const swap = { added: [testId<TestDevice["mailbox"]>("m255")], removed: many(1) };
    expect(value(world.run(handshakeRequest(alice.device, "g", 2, swap))).index).toBe(2);
  });
});

const fields = ({ leafKey }: TestDevice) => ({ leafKey, connection: 0, storeCounter: 0, acked: 0 });

describe("RLY-25 the delivery list", () => {
  test("members are told it with the index of the last handshake, in one moment", () => {
    three();
    const expected = (index: number, ...people: readonly TestAccount[]) => ({
      ok: true,
      value: { index, mailboxes: boxes(...people) },
    });
    expect(listFor(bob.device, "g")).toEqual(expected(1, alice, bob, carol));
    const [, answer] = world.batch([
      handshakeRequest(bob.device, "g", 2, { removed: boxes(carol) }),
      { type: "groupMailboxes", session: alice.device.session, group: testId("g") },
    ]);
    expect(answer?.result).toEqual(expected(2, alice, bob));
    value(leave(alice.device, "g"));
    expect(listFor(bob.device, "g")).toEqual(expected(2, bob));
  });

  test("whoever is not on it, or no longer, cannot tell the group from one that does not exist: ATTACKS-18", () => {
    three();
    const dave = world.register("dave");
    const { device: laptop } = addDevice(world, alice, "laptop");
    value(leave(carol.device, "g"));
    value(world.run(handshakeRequest(alice.device, "g", 2, { removed: boxes(bob) })));
    const outside = [dave.device, laptop, carol.device, bob.device];
    expect(outside.map((device) => listFor(device, "g"))).toEqual(
      outside.map((device) => listFor(device, "nowhere")),
    );
    expect(listFor(bob.device, "g")).toEqual(refusal("notMember"));
    expect(listFor({ ...bob.device, session: "made up" }, "g")).toEqual(refusal("unauthorised"));
  });

  test("a device asks so often in an hour, whatever it asks for", () => {
    begin({ listQuestions: { burst: 3, perHour: 3 } });
    three();
    value(listFor(alice.device, "g"));
    for (const name of ["nowhere", "elsewhere"])
      expect(listFor(alice.device, name)).toEqual(refusal("notMember"));
    expect(listFor(alice.device, "g")).toEqual(refusal("slowDown"));
    expect(listFor(bob.device, "g").ok).toBe(true);
    world.nowMs += 1_200_000;
    expect(listFor(alice.device, "g").ok).toBe(true);
  });
});

describe("handshakes of groups", () => {
  beforeEach(three);

  test("any member's mailbox commits, and several mailboxes go at once", () => {
    const { device: tablet } = addDevice(world, bob, "tablet");
    value(world.run(handshakeRequest(carol.device, "g", 2, adding(tablet.mailbox))));
    const removed = [bob.device.mailbox, tablet.mailbox];
    value(world.run(handshakeRequest(carol.device, "g", 3, { removed })));
    expect(value(listFor(alice.device, "g"))).toEqual({ index: 3, mailboxes: boxes(alice, carol) });
    expect(waiting(bob)).toEqual(["welcome", "handshake", "handshake"]);
    expect(outline(mailboxOf(world, tablet))).toEqual(["welcome", "handshake"]);
    expect(codes(world.run(postRequest(bob.device, "g", 3, "x")))).toEqual(["notMember"]);
  });

  test("a commit may put right a list that differs from the tree: without Welcome, the handshake's bytes being any", () => {
    value(leave(carol.device, "g"));
    const again = handshakeRequest(bob.device, "g", 2, { added: boxes(carol) });
    // Carol has gone, and is no contact of bob's.
    expect(world.run(again)).toEqual(refusal("forbidden"));
    const repair = handshakeRequest(alice.device, "g", 2, { added: boxes(carol), removed: boxes(bob) });
    value(world.run(repair));
    expect(value(listFor(carol.device, "g")).mailboxes).toEqual(boxes(alice, carol));
    expect(waiting(carol)).toEqual(["welcome"]);
    value(world.run(postRequest(alice.device, "g", 2, "hi")));
    expect(waiting(carol)).toEqual(["welcome", "message hi"]);
  });

  test("RLY-5 a repetition is answered as the first time also when the commit has taken its sender off, and changes nothing", () => {
    const request = handshakeRequest(bob.device, "g", 2, { removed: boxes(bob, carol) });
    value(world.run(request));
    expect(world.run(request)).toEqual({ ok: true, value: { index: 2 } });
    expect(waiting(alice)).toEqual(["handshake", "handshake"]);
    expect(value(listFor(alice.device, "g")).mailboxes).toEqual(boxes(alice));
  });

  test("RLY-10 whoever leaves proposes it at an index of its own, then leaves; a commit later names it once more", () => {
    value(world.run(handshakeRequest(bob.device, "g", 2)));
    value(leave(bob.device, "g"));
    expect(leave(bob.device, "g")).toEqual(refusal("notMember"));
    value(world.run(handshakeRequest(carol.device, "g", 3, { removed: boxes(bob) })));
    for (const who of [alice, carol])
      expect(waiting(who).slice(1)).toEqual(["handshake", "departed", "handshake"]);
    expect(mailboxOf(world, alice.device).at(-2)).toMatchObject({ mailbox: bob.device.mailbox });
    expect(waiting(bob)).toEqual(["welcome", "handshake"]);
    expect(world.run(handshakeRequest(bob.device, "g", 4))).toEqual(refusal("notMember"));
  });

  test("RLY-10 the last one who leaves takes the group along, whoever created it", () => {
    for (const who of [alice, carol, bob]) {
      expect(exists("g")).toBe(true);
      value(leave(who.device, "g"));
    }
    expect(exists("g")).toBe(false);
    expect(world.run(groupRequest(carol.device, "g")).ok).toBe(true);
  });

  test("ACC-14, ACC-7 a deleted account and a revoked device depart from all groups", () => {
    value(world.run(groupRequest(alice.device, "h", adding(...boxes(bob, carol)))));
    const { person, device: tablet } = addDevice(world, carol, "tablet");
    for (const name of ["g", "h"])
      value(world.run(handshakeRequest(bob.device, name, 2, adding(tablet.mailbox))));
    const departures = (): number => waiting(bob).filter((entry) => entry === "departed").length;
    revoke(person, tablet);
    expect(departures()).toBe(2);
    value(world.run({ type: "deleteAccount", session: carol.device.session, userName: "carol" }));
    expect(departures()).toBe(4);
    for (const name of ["g", "h"])
      expect(value(listFor(bob.device, name)).mailboxes).toEqual(boxes(alice, bob));
    value(world.run({ type: "deleteAccount", session: alice.device.session, userName: "alice" }));
    value(world.run({ type: "deleteAccount", session: bob.device.session, userName: "bob" }));
    expect([exists("g"), exists("h"), world.reported]).toEqual([false, false, []]);
  });

  test("RLY-17 a group shows nobody online, and hello looks at pairs alone", () => {
    expect(world.notices().filter(({ type }) => type === "pair")).toEqual([]);
    const pairs = () =>
      value(world.run({ type: "hello", session: carol.device.session, storeCounter: 0 })).pairs;
    expect(pairs()).toEqual([{ group: testId("contacts alice and carol"), peer: alice.account }]);
    acceptedPair(world, bob, carol, "p");
    expect(pairs()).toHaveLength(2);
  });

  test("ACC-15 everybody in the account's groups is told once that its list has changed, and no more often than it may change", () => {
    begin({ deviceLists: { burst: 2, perHour: 2 } });
    three();
    value(world.run(groupRequest(alice.device, "h", adding(...boxes(bob, carol)))));
    const changed = (): readonly string[] | undefined =>
      world
        .notices()
        .find((notice) => notice.type === "accountChanged")
        ?.mailboxes.toSorted();
    const { person, device: tablet } = addDevice(world, bob, "tablet");
    expect(changed()).toEqual([...boxes(alice, bob, carol), tablet.mailbox].toSorted());
    revoke(person, tablet);
    const list = successor(
      person.list,
      person.list.devices.map((device) => ({ ...device, revokedIn: device.addedIn === 2 ? 3 : null })),
    );
    expect(put(person, successor(list, list.devices))).toEqual(refusal("slowDown"));
    world.nowMs += 1000;
    expect(put(alice, successor(alice.list, alice.list.devices)).ok).toBe(true);
  });
});

function put(person: TestAccount, list: TestAccount["list"]) {
  return world.run({
    type: "putDeviceList",
    session: person.device.session,
    deviceList: signList(person, list),
    device: person.device.device,
    keyPackages: { packages: [], lastResort: null },
    vault: null,
  });
}

function revoke(person: TestAccount, gone: TestDevice): void {
  const version = person.list.version + 1;
  const devices = person.list.devices.map((device) =>
    device.device === gone.device ? { ...device, revokedIn: version } : device,
  );
  value(put(person, successor(person.list, devices)));
}
