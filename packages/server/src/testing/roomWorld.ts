/** Rooms with a password over the rules, for tests. */
import type { GroupId, HandshakeParts, MailboxId } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { nodeCrypto } from "../adapters/crypto/nodeCrypto.ts";
import { wholeBody } from "../engine/frames/entryFrame.ts";
import type {
  GroupInfoRequest,
  HandshakeRequest,
  OpenRoomRequest,
  PutGroupInfoRequest,
  PutRoomRequest,
} from "../ports/requests.ts";
import type { RuleSettings } from "../ports/settings.ts";
import type { TestAccount } from "./people.ts";
import { testId } from "./people.ts";
import type { RuleWorld } from "./ruleWorld.ts";
import { adding, befriend, createRuleWorld, groupRequest, handshakeRequest, value } from "./ruleWorld.ts";

/** The name of the room that every test begins with. */
export const ROOM = "room";
export const CODE = "abcdefghjkmn";

/** What opens the door of that name … */
export function doorOf(name: string): Uint8Array {
  return nodeCrypto.sha256(utf8(`door ${name}`));
}

/** … and the parts that set it. */
export function settingDoor(name: string): Pick<HandshakeParts, "doorHash"> {
  return { doorHash: nodeCrypto.sha256(doorOf(name)) };
}

export interface Room {
  readonly world: RuleWorld;
  readonly alice: TestAccount;
  readonly bob: TestAccount;
  /** Two accounts that nobody in the room knows. */
  readonly carol: TestAccount;
  readonly dave: TestAccount;
}

/** A room of alice and bob behind the door "door", with its group info, without a password. */
export function openedRoom(settings: Partial<RuleSettings> = {}): Room {
  const world = createRuleWorld(settings);
  const [alice, bob, carol, dave] = ["alice", "bob", "carol", "dave"].map((name) => world.register(name)) as [
    TestAccount,
    TestAccount,
    TestAccount,
    TestAccount,
  ];
  const parts = { ...settingDoor("door"), sealedGroupInfo: utf8("info 1 of alice") };
  const withBob = befriend(world, alice, bob);
  value(
    world.run(
      groupRequest(alice.device, ROOM, { ...adding(bob.device.mailbox), ...parts }, { kind: "room" }),
    ),
  );
  withBob();
  for (const { device } of [alice, bob])
    world.store.transaction((tx) => tx.deleteEntriesThrough(device.mailbox, Number.MAX_SAFE_INTEGER));
  return { world, alice, bob, carol, dave };
}

/** An external commit for the room by somebody who has the door. */
export function enter(
  { device, userName }: TestAccount,
  index: number,
  change: Partial<HandshakeParts> = {},
): HandshakeRequest {
  const sealedGroupInfo = utf8(`info ${index} of ${userName}`);
  return handshakeRequest(device, ROOM, index, { door: doorOf("door"), sealedGroupInfo, ...change });
}

/** A member's commit that puts another out, behind a new door. */
export function removing(
  { device, userName }: TestAccount,
  index: number,
  who: TestAccount,
  door: string,
): HandshakeRequest {
  const sealedGroupInfo = utf8(`info ${index} of ${userName}`);
  const removed = [who.device.mailbox];
  return handshakeRequest(device, ROOM, index, { removed, sealedGroupInfo, ...settingDoor(door) });
}

export function askInfo(who: TestAccount, door = "door", group = ROOM): GroupInfoRequest {
  return { type: "groupInfo", session: who.device.session, group: testId(group), door: doorOf(door) };
}

export function putInfo(who: TestAccount, index: number, text: string, group = ROOM): PutGroupInfoRequest {
  const { session } = who.device;
  return { type: "putGroupInfo", session, group: testId(group), index, sealed: utf8(text) };
}

export function putRoom(
  { device }: TestAccount,
  k: number,
  code: string = CODE,
  group = ROOM,
): PutRoomRequest {
  const registrationRecord = `record of ${code}`;
  const sealedSecret = utf8(`secret ${k}`);
  const rest = { registrationRecord, sealedSecret, k };
  return { type: "putRoom", session: device.session, group: testId(group), code, ...rest };
}

/** As after a login that has proved the password of {@link putRoom}. */
export function openRoom({ device }: TestAccount, code: string = CODE): OpenRoomRequest {
  return { type: "openRoom", session: device.session, code, registrationRecord: `record of ${code}` };
}

/** The delivery list as it is. */
export function listOf(world: RuleWorld, group = ROOM): readonly MailboxId[] {
  return world.store.transaction((tx) => tx.recipients(testId(group)).map(({ mailbox }) => mailbox));
}

/** Puts so many entries of another group into the mailbox. */
export function fill(world: RuleWorld, { device }: TestAccount, entries: number): void {
  const body = wholeBody({ type: "missed", group: testId<GroupId>("elsewhere") });
  world.store.transaction((tx) => {
    for (let i = 0; i < entries; i++) tx.deliver(body, [device.mailbox], world.nowMs);
  });
}
