import { describe, expect, test } from "vitest";
import type { MlsGroup } from "@sotto/crypto";
import { createNobleProvider } from "@sotto/crypto";
import { createStandInEngine, makeDevice, NOW_MS, seededRandom } from "@sotto/crypto/testing";
import type { GroupId } from "@sotto/protocol";
import { idOf, utf8 } from "@sotto/protocol";
import type { MlsOperation, MlsOutputs } from "../engine/contract.ts";
import type { MlsContext } from "./mlsOperations.ts";
import { performMls } from "./mlsOperations.ts";

const NONE = new Uint8Array();
const APP_DATA = utf8("app data");
const PSK = { id: utf8("psk"), secret: utf8("secret") };
const crypto = createNobleProvider(seededRandom("operations"));

async function newContext(): Promise<MlsContext> {
  const device = await makeDevice(crypto);
  return { crypto, device, mls: createStandInEngine({ random: seededRandom(device.credential.device) }) };
}

/** The output of an operation that is done. */
async function perform<O extends MlsOperation>(
  context: MlsContext,
  operation: O,
): Promise<MlsOutputs[O["op"]]> {
  const completion = await performMls(context, operation, NOW_MS);
  if (!completion.ok) throw new Error(completion.message);
  return completion.output as MlsOutputs[O["op"]];
}

/** A group with app data: its creator, and a second device, each with its group. */
async function pair(): Promise<readonly [MlsContext, MlsGroup, MlsContext, MlsGroup]> {
  const [alice, bob] = [await newContext(), await newContext()];
  const group = idOf<GroupId>(crypto.random(16));
  const created = await perform(alice, { op: "create", group, suite: 1, appData: APP_DATA });
  const bundles = await perform(bob, { op: "keyPackages", suite: 1, count: 1 });
  const add = bundles.map(({ publicBytes }) => publicBytes);
  const intent = { add, remove: [], authenticatedData: NONE, joinerInfo: NONE, psks: [PSK] };
  const { pending, welcome } = await perform(alice, { op: "commit", group: created.group, intent });
  const adopted = await perform(alice, { op: "adopt", group: created.group, pending });
  const joined = await perform(bob, { op: "join", welcome: welcome ?? NONE, bundles, psks: [PSK] });
  return [alice, adopted.group, bob, joined.group];
}

describe("operations of groups", () => {
  test("create with app data, join with a pre-shared key, and what both export", async () => {
    const [alice, aliceGroup, bob, bobGroup] = await pair();
    expect(bobGroup.appData).toEqual(APP_DATA);
    const told = [];
    for (const [context, group] of [
      [alice, aliceGroup],
      [bob, bobGroup],
    ] as const)
      told.push([
        await perform(context, { op: "epochAuthenticator", group }),
        await perform(context, { op: "exportSecret", group, label: "label", context: NONE, length: 32 }),
      ]);
    expect(told[0]).toEqual(told[1]);
  });

  test("leave and process", async () => {
    const [alice, aliceGroup, bob, bobGroup] = await pair();
    const leave = await perform(bob, { op: "leave", group: bobGroup, authenticatedData: NONE });
    const { handshake } = leave;
    const outcome = await perform(alice, {
      op: "process",
      group: aliceGroup,
      handshake,
      authenticatedData: NONE,
    });
    expect(outcome).toMatchObject({ kind: "proposed", leaver: { leaf: bobGroup.ownLeaf } });
  });

  test("a group info, read and joined from outside, with a key that the others are told of", async () => {
    const [alice, aliceGroup, bob, bobGroup] = await pair();
    const carol = await newContext();
    const groupInfo = await perform(alice, { op: "groupInfo", group: aliceGroup, joinerInfo: utf8("info") });
    expect(await perform(carol, { op: "inspectGroupInfo", groupInfo })).toMatchObject({
      appData: APP_DATA,
      joinerInfo: utf8("info"),
    });
    const intent = { authenticatedData: NONE, psks: [PSK] };
    const { handshake, pending } = await perform(carol, { op: "joinExternal", groupInfo, intent });
    const process = { op: "process", group: bobGroup, handshake, authenticatedData: NONE } as const;
    expect(await perform(bob, process)).toMatchObject({ kind: "refused" });
    expect(await perform(bob, { ...process, psks: [PSK] })).toMatchObject({
      kind: "applied",
      change: { external: true },
    });
    const { group } = await perform(carol, { op: "adoptExternal", pending });
    expect(group).toMatchObject({ active: true, appData: APP_DATA });
  });

  test("input that is not what it claims to be is a value", async () => {
    const context = await newContext();
    expect(await performMls(context, { op: "inspectGroupInfo", groupInfo: NONE }, NOW_MS)).toMatchObject({
      ok: false,
      code: "malformed",
    });
  });
});
