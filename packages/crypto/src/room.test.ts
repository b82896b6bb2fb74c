import type { ConversationId, GroupId } from "@sotto/protocol";
import { bytesEqual, concatBytes, idOf, LABELS, labelled, idBytes } from "@sotto/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { padAny, unpadAny } from "./padding.ts";
import { createNobleProvider } from "./provider/noble.ts";
import { openJoinSecret, openRoomInfo, roomDoor, sealJoinSecret, sealRoomInfo } from "./room.ts";
import { seededRandom } from "./provider/seeded.ts";

const provider = createNobleProvider(seededRandom("room"));
const id = <T extends GroupId | ConversationId>(byte: number): T => idOf<T>(new Uint8Array(16).fill(byte));
const [group, other] = [id<GroupId>(1), id<GroupId>(2)];
const [secret, wrong] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)];
const info = { index: 5, hash: new Uint8Array(32).fill(9), groupInfo: new Uint8Array(1000).fill(3) };

test("ROOM-12: door and key of the group info are of the secret and the group, and of one purpose each", async () => {
  const prk = provider.hkdfExtract("SHA-512", new Uint8Array(), secret);
  const expected = provider.hkdfExpand("SHA-512", prk, labelled(LABELS.roomDoor, idBytes(group)), 32);
  expect(roomDoor(provider, group, secret)).toEqual(expected);
  expect(roomDoor(provider, other, secret)).not.toEqual(expected);
  expect(roomDoor(provider, group, wrong)).not.toEqual(expected);
  const key = provider.hkdfExpand("SHA-512", prk, labelled(LABELS.roomInfo, idBytes(group)), 32);
  expect(key).not.toEqual(expected);
});

test("ROOM-13: a sealed group info opens under its secret, for its group and index alone", async () => {
  const sealed = await sealRoomInfo(provider, group, secret, info);
  expect(await openRoomInfo(provider, group, secret, 5, sealed)).toEqual(info);
  expect(await openRoomInfo(provider, group, wrong, 5, sealed)).toBeUndefined();
  expect(await openRoomInfo(provider, other, secret, 5, sealed)).toBeUndefined();
  expect(await openRoomInfo(provider, group, secret, 6, sealed)).toBeUndefined();
  for (const at of [0, 12, sealed.length - 1]) {
    const altered = sealed.slice();
    altered[at] = (altered[at] as number) ^ 1;
    expect(await openRoomInfo(provider, group, secret, 5, altered)).toBeUndefined();
  }
  expect(await openRoomInfo(provider, group, secret, 5, sealed.slice(0, 20))).toBeUndefined();
});

test("ROOM-13: the size of a group info is padded", async () => {
  const larger = { ...info, groupInfo: new Uint8Array(1003).fill(3) };
  const [a, b] = [
    await sealRoomInfo(provider, group, secret, info),
    await sealRoomInfo(provider, group, secret, larger),
  ];
  expect(a.length).toBe(b.length);
});

test("what was padded to any size comes back", () => {
  const isKept = (plain: Uint8Array): boolean =>
    bytesEqual(unpadAny(padAny(plain)) ?? new Uint8Array(1), plain);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), isKept));
  expect(isKept(new Uint8Array(300_000).fill(128))).toBe(true);
  expect(unpadAny(new Uint8Array(256))).toBeUndefined();
  expect(unpadAny(new Uint8Array())).toBeUndefined();
});

const room = { exportKey: new Uint8Array(64).fill(4), linkSecret: null, code: "abcdefghjkmn", group };
const joinSecret = { conversation: id<ConversationId>(6), k: 3, secret };

test.each([
  ["another password", { exportKey: new Uint8Array(64).fill(5) }],
  ["a link secret that is not part of it", { linkSecret: new Uint8Array(32) }],
  ["another code", { code: "abcdefghjkmp" }],
  ["another group", { group: other }],
])("ROOM-14: the join secret does not open with %s", async (_, difference) => {
  const sealed = await sealJoinSecret(provider, room, joinSecret);
  expect(await openJoinSecret(provider, room, sealed)).toEqual(joinSecret);
  expect(await openJoinSecret(provider, { ...room, ...difference }, sealed)).toBeUndefined();
});

test("ROOM-14: where the link is required, the password alone opens nothing", async () => {
  const linked = { ...room, linkSecret: provider.random(32) };
  const sealed = await sealJoinSecret(provider, linked, joinSecret);
  expect(await openJoinSecret(provider, linked, sealed)).toEqual(joinSecret);
  expect(await openJoinSecret(provider, room, sealed)).toBeUndefined();
  const longer = { ...room, exportKey: concatBytes(room.exportKey, linked.linkSecret) };
  await expect(openJoinSecret(provider, longer, sealed)).rejects.toThrow(RangeError);
});
