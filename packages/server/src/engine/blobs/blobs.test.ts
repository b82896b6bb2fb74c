import type { BlobId, GroupId } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { Notice } from "../../ports/notices.ts";
import type { CreateBlobRequest } from "../../ports/requests.ts";
import type { TestAccount, TestDevice } from "../../testing/people.ts";
import { signList, successor, testId } from "../../testing/people.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import {
  acceptedPair,
  addDevice,
  adding,
  befriend,
  createRuleWorld,
  groupRequest,
  handshakeRequest,
  refusal,
  senderOf,
  value,
} from "../../testing/ruleWorld.ts";

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const BLOB = testId<BlobId>("blob");

const createRequest = (
  { session }: TestDevice,
  group: string,
  change: Partial<CreateBlobRequest> = {},
): CreateBlobRequest => ({
  type: "createBlob",
  session,
  blob: BLOB,
  group: testId<GroupId>(group),
  sizeBytes: 3 * MIB,
  place: testId(`place of ${change.blob ?? BLOB}`),
  roomBytes: 1e12,
  ...change,
});
const find = (world: RuleWorld, { session }: TestDevice, use: "read" | "write" = "read", blob = BLOB) =>
  world.run({ type: "findBlob", session, blob, use });
const done = (world: RuleWorld, { session }: TestDevice, blob = BLOB) =>
  world.run({ type: "blobDone", session, blob });
const removed = (notices: readonly Notice[]): readonly string[] =>
  notices.flatMap((notice) => (notice.type === "blobsRemoved" ? notice.places : []));

interface Pair {
  readonly world: RuleWorld;
  readonly alice: TestAccount;
  readonly bob: TestAccount;
}

function pair(settings: Parameters<typeof createRuleWorld>[0] = {}): Pair {
  const world = createRuleWorld(settings);
  const alice = world.register("alice");
  const bob = world.register("bob");
  acceptedPair(world, alice, bob, "pair");
  return { world, alice, bob };
}

/** A group of alice, bob and carol. */
function three(): Pair & { readonly carol: TestAccount } {
  const { world, alice, bob } = pair();
  const carol = world.register("carol");
  befriend(world, alice, carol);
  const all = adding(bob.device.mailbox, carol.device.mailbox);
  value(world.run(groupRequest(alice.device, "three", all)));
  return { world, alice, bob, carol };
}

describe("BLB-3 making the place for a file", () => {
  test("is for a device on the delivery list; the same again is answered the same", () => {
    const { world, alice, bob } = pair();
    const made = value(world.run(createRequest(alice.device, "pair")));
    expect(made).toEqual({
      place: testId(`place of ${BLOB}`),
      sizeBytes: 3 * MIB,
      expiresAtMs: world.nowMs + 30 * DAY_MS,
    });
    world.nowMs += DAY_MS;
    expect(world.run(createRequest(alice.device, "pair", { place: testId("other") }))).toEqual({
      ok: true,
      value: made,
    });
    for (const other of [
      createRequest(bob.device, "pair"),
      createRequest(alice.device, "pair", { sizeBytes: 4 * MIB }),
    ])
      expect(world.run(other)).toEqual(refusal("conflict"));
  });

  test("is not for strangers, unknown groups, and pairs that are not accepted or no longer", () => {
    const { world, alice, bob } = pair();
    const mallory = world.register("mallory");
    expect(world.run(createRequest(mallory.device, "pair"))).toEqual(refusal("notMember"));
    expect(world.run(createRequest(alice.device, "nothing"))).toEqual(refusal("notMember"));
    const asking = groupRequest(alice.device, "asked", adding(mallory.device.mailbox), { kind: "pair" });
    value(world.run(asking));
    for (const { device } of [alice, mallory])
      expect(world.run(createRequest(device, "asked"))).toEqual(refusal("notAccepted"));
    value(world.run({ type: "leave", sender: senderOf(bob.device), group: testId("pair") }));
    expect(world.run(createRequest(alice.device, "pair"))).toEqual(refusal("forbidden"));
  });

  test("takes padded sizes alone, so that no other is told", () => {
    const { world, alice } = pair();
    for (const sizeBytes of [0, 1, 4095, 5000, 3 * MIB + 1])
      expect(world.run(createRequest(alice.device, "pair", { sizeBytes }))).toEqual(refusal("badRequest"));
    value(world.run(createRequest(alice.device, "pair", { sizeBytes: 4096 })));
  });
});

describe("BLB-4, BLB-5 who may write and read", () => {
  test("the maker writes, devices of the group read, a stranger is not told that there is one", () => {
    const { world, alice, bob } = pair();
    const mallory = world.register("mallory");
    const made = value(world.run(createRequest(alice.device, "pair")));
    expect(value(find(world, alice.device, "write"))).toEqual(made);
    expect(value(find(world, bob.device))).toEqual(made);
    expect(find(world, bob.device, "write")).toEqual(refusal("forbidden"));
    for (const use of ["read", "write"] as const)
      expect(find(world, mallory.device, use)).toEqual(refusal("notFound"));
    expect(find(world, bob.device, "read", testId<BlobId>("other"))).toEqual(refusal("notFound"));
  });

  test("who has left the group reads and writes no more, and neither does a revoked device", () => {
    const { world, alice, bob, carol } = three();
    value(world.run(createRequest(alice.device, "three")));
    value(world.run({ type: "leave", sender: senderOf(bob.device), group: testId("three") }));
    expect(find(world, bob.device)).toEqual(refusal("notFound"));
    revokeOnly(world, alice);
    expect(find(world, alice.device, "write")).toEqual(refusal("unauthorised"));
    expect(find(world, carol.device).ok).toBe(true);
  });
});

describe("BLB-6 when a file goes", () => {
  test("when every device that waited has said that it has it, and not before", () => {
    const { world, alice, bob, carol } = three();
    const { place } = value(world.run(createRequest(alice.device, "three")));
    value(done(world, bob.device));
    value(done(world, bob.device));
    expect(find(world, bob.device).ok).toBe(true);
    value(done(world, carol.device));
    expect(removed(world.notices())).toEqual([place]);
    for (const { device } of [alice, bob, carol]) expect(find(world, device)).toEqual(refusal("notFound"));
    expect(world.run({ type: "unknownBlobPlaces", places: [place] })).toEqual({
      ok: true,
      value: { places: [place] },
    });
  });

  test("at its maker's word, and at no stranger's; nobody learns whether there was one", () => {
    const { world, alice, bob } = pair();
    const mallory = world.register("mallory");
    value(world.run(createRequest(alice.device, "pair")));
    expect(done(world, mallory.device)).toEqual(done(world, mallory.device, testId<BlobId>("none")));
    expect(find(world, bob.device).ok).toBe(true);
    value(done(world, alice.device));
    expect(removed(world.notices())).toHaveLength(1);
    expect(find(world, bob.device)).toEqual(refusal("notFound"));
  });

  test("when the last device that waits leaves or is taken off the list; one that came later is not waited for", () => {
    const { world, alice, bob, carol } = three();
    const later = addDevice(world, bob, "bob's tablet").device;
    value(world.run(createRequest(alice.device, "three")));
    value(world.run(handshakeRequest(alice.device, "three", 2, adding(later.mailbox))));
    expect(find(world, later).ok).toBe(true);
    value(world.run({ type: "leave", sender: senderOf(bob.device), group: testId("three") }));
    expect(find(world, carol.device).ok).toBe(true);
    value(world.run(handshakeRequest(alice.device, "three", 3, { removed: [carol.device.mailbox] })));
    expect(removed(world.notices())).toHaveLength(1);
    expect(find(world, later)).toEqual(refusal("notFound"));
  });

  test("in a group of many only those who were there when it was made are waited for, whoever else reads, leaves or is done", () => {
    const { world, alice, bob, carol } = three();
    const [dave, tablet] = [world.register("dave"), addDevice(world, alice, "tablet").device];
    befriend(world, bob, dave);
    value(world.run(handshakeRequest(alice.device, "three", 2, adding(tablet.mailbox))));
    const { place } = value(world.run(createRequest(alice.device, "three")));
    value(world.run(handshakeRequest(bob.device, "three", 3, adding(dave.device.mailbox))));
    const leave = ({ session }: TestDevice) =>
      world.run({ type: "leave", sender: { session, connection: null }, group: testId("three") });
    value(done(world, dave.device));
    value(leave(dave.device));
    expect(find(world, bob.device).ok).toBe(true);
    value(world.run(handshakeRequest(bob.device, "three", 4, adding(dave.device.mailbox))));
    value(done(world, bob.device));
    // The maker's other device waits too, and the maker's own is not waited for.
    value(done(world, carol.device));
    expect(find(world, dave.device).ok).toBe(true);
    value(leave(alice.device));
    expect(removed(world.notices())).toEqual([]);
    expect(find(world, alice.device, "write")).toEqual(refusal("notFound"));
    value(world.run(handshakeRequest(bob.device, "three", 5, { removed: [tablet.mailbox] })));
    expect(removed(world.notices())).toEqual([place]);
    for (const { device } of [bob, carol, dave]) expect(find(world, device)).toEqual(refusal("notFound"));
  });

  test("who is taken off the list and put back at once is still waited for; who came back later is not", () => {
    const { world, alice, bob, carol } = three();
    befriend(world, bob, carol);
    const { place } = value(world.run(createRequest(alice.device, "three")));
    const bobs = [bob.device.mailbox];
    value(world.run(handshakeRequest(carol.device, "three", 2, { ...adding(...bobs), removed: bobs })));
    value(world.run(handshakeRequest(bob.device, "three", 3, { removed: [carol.device.mailbox] })));
    value(world.run(handshakeRequest(bob.device, "three", 4, adding(carol.device.mailbox))));
    value(done(world, carol.device));
    expect(find(world, carol.device).ok).toBe(true);
    value(done(world, bob.device));
    expect(removed(world.notices())).toEqual([place]);
  });

  test("with its account, and with its group", () => {
    const { world, alice, bob, carol } = three();
    value(world.run(createRequest(alice.device, "three")));
    value(world.run({ type: "deleteAccount", session: alice.device.session, userName: "alice" }));
    expect(removed(world.notices())).toHaveLength(1);
    expect(find(world, bob.device)).toEqual(refusal("notFound"));
    value(world.run(createRequest(bob.device, "three")));
    const mailboxes = [bob.device.mailbox, carol.device.mailbox];
    value(world.run(handshakeRequest(bob.device, "three", 2, { removed: mailboxes })));
    expect(removed(world.notices())).toHaveLength(1);
    expect(world.reported).toEqual([]);
  });

  test("after its time, also before it is swept, and its name is free again", () => {
    const { world, alice, bob } = pair({ fileRetentionDays: 2, sessionIdleDays: 90 });
    value(world.run(createRequest(alice.device, "pair")));
    world.nowMs += 2 * DAY_MS - 1;
    expect(find(world, bob.device).ok).toBe(true);
    world.nowMs += 1;
    expect(find(world, bob.device)).toEqual(refusal("notFound"));
    value(world.run(createRequest(alice.device, "pair", { place: testId("second") })));
    expect(removed(world.notices())).toEqual([testId(`place of ${BLOB}`)]);
    world.nowMs += 2 * DAY_MS;
    expect(value(world.run({ type: "sweep" }))).toMatchObject({ more: false });
    expect(removed(world.notices())).toEqual([testId("second")]);
  });
});

describe("BLB-7 limits", () => {
  const settings = {
    fileMaxBytes: 8 * MIB,
    fileBytesPerAccount: 10 * MIB,
    filesPerAccount: 3,
    fileBytesTotal: 16 * MIB,
  };
  const blobs = ["a", "b", "c", "d"].map((name) => testId<BlobId>(name)) as [BlobId, BlobId, BlobId, BlobId];

  test("ATTACKS-41 one file, an account's files and everybody's have their sizes; what goes makes room", () => {
    const { world, alice, bob } = pair(settings);
    const create = (device: TestDevice, blob: BlobId, mib: number, roomBytes = 1e12) =>
      world.run(createRequest(device, "pair", { blob, sizeBytes: mib * MIB, roomBytes }));
    expect(create(alice.device, blobs[0], 9)).toEqual(refusal("tooLarge"));
    value(create(alice.device, blobs[0], 8));
    expect(create(alice.device, blobs[1], 3)).toEqual(refusal("quotaExceeded"));
    value(create(alice.device, blobs[1], 2));
    expect(create(bob.device, blobs[2], 7)).toEqual(refusal("unavailable"));
    value(create(bob.device, blobs[2], 6));
    value(done(world, alice.device, blobs[1]));
    expect(create(alice.device, blobs[3], 2, 2 * MIB - 1)).toEqual(refusal("unavailable"));
    value(create(alice.device, blobs[3], 2, 2 * MIB));
  });

  test("ATTACKS-41 an account's files have a number, however small they are", () => {
    const { world, alice } = pair(settings);
    const create = (blob: BlobId) =>
      world.run(createRequest(alice.device, "pair", { blob, sizeBytes: 4096 }));
    for (const blob of blobs.slice(0, 3)) value(create(blob));
    expect(create(blobs[3])).toEqual(refusal("quotaExceeded"));
    expect(create(blobs[0]).ok).toBe(true);
  });
});

/** The account revokes the one device that it has. */
function revokeOnly(world: RuleWorld, person: TestAccount): void {
  const { session, device } = person.device;
  const list = successor(person.list, [{ ...person.device, revokedIn: 2 }]);
  value(
    world.run({
      type: "putDeviceList",
      session,
      deviceList: signList(person, list),
      device,
      keyPackages: { packages: [], lastResort: null },
      vault: null,
    }),
  );
}
